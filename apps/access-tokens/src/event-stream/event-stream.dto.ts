import { ApiPropertyOptional } from '@nestjs/swagger';
import { EVENT_TYPES, type EventType } from '@lockkeeper/contracts';
import { IsIn, IsOptional, IsUUID, Matches } from 'class-validator';
import { SLUG } from '../consumers/connection-path.dto.js';

export class EventQuery {
  @ApiPropertyOptional({ example: 'sandbox' })
  @IsOptional()
  @Matches(SLUG, { message: 'must be an API service’s slug' })
  apiService?: string;

  @ApiPropertyOptional({ enum: EVENT_TYPES }) @IsOptional() @IsIn(EVENT_TYPES) type?: EventType;

  @ApiPropertyOptional({ format: 'uuid', description: 'The connection’s id, the events’ `subject`.' })
  @IsOptional()
  @IsUUID()
  connection?: string;
}
