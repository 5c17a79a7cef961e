import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ConnectionStatus } from '@lockkeeper/contracts';
import { PageInput } from '@lockkeeper/doors';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsISO8601, IsOptional, Matches, Max, Min } from 'class-validator';
import { SLUG } from '../api-services/api-service.dto.js';
import { STATUSES } from '../connections/connection.dto.js';

export const CAUSES = ['refresh_token_expires', 'idle', 'grant_ends', 'access_token_expires'] as const;
export const GROUPINGS = ['week', 'cause', 'apiService'] as const;
const LONGEST_DAYS = 3650;

export class ForecastQuery extends PageInput {
  @ApiPropertyOptional() @IsOptional() @Matches(SLUG) apiService?: string;
  @ApiPropertyOptional({ enum: CAUSES }) @IsOptional() @IsIn(CAUSES) cause?: (typeof CAUSES)[number];

  @ApiPropertyOptional({ description: 'Only deaths within so many days.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(LONGEST_DAYS)
  withinDays?: number;

  @ApiPropertyOptional({ format: 'date-time', description: 'Only deaths before this moment.' })
  @IsOptional()
  @IsISO8601({ strict: true })
  before?: string;

  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: '`true`: only what its refreshes keep alive; `false`: only what people have to prevent.',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  avoidable?: 'true' | 'false';

  @ApiPropertyOptional({ enum: GROUPINGS, description: 'Counts instead of connections.' })
  @IsOptional()
  @IsIn(GROUPINGS)
  groupBy?: (typeof GROUPINGS)[number];
}

export class ForecastItem {
  @ApiProperty({ format: 'uuid' }) connectionId: string;
  @ApiProperty() apiService: string;
  @ApiProperty() user: string;
  @ApiProperty({ enum: STATUSES }) status: ConnectionStatus;
  @ApiProperty({ format: 'date-time' }) diesAt: string;
  @ApiProperty({ description: 'Why, in plain words.' }) because: string;
  @ApiProperty({ enum: CAUSES }) cause: string;
  @ApiProperty({ description: 'Whether its refreshes keep it alive, as far as anybody knows.' }) avoidable: boolean;
  @ApiProperty({ type: Number, nullable: true, description: 'The announcement that was made last: 30, 7 or 1.' })
  foretoldDays: number | null;
}

export class ForecastGroup {
  @ApiPropertyOptional({ format: 'date', description: 'The Monday of the week, UTC.' }) week?: string;
  @ApiPropertyOptional({ enum: CAUSES }) cause?: string;
  @ApiPropertyOptional() apiService?: string;
  @ApiProperty() connections: number;
}

export class ForecastView {
  @ApiProperty({ type: [ForecastItem], description: 'Who dies first comes first. Empty with groupBy.' })
  items: ForecastItem[];
  @ApiProperty({
    type: String,
    nullable: true,
    format: 'uuid',
    description: 'For `after`: the next page begins there.',
  })
  next: string | null;
  @ApiProperty({ type: [ForecastGroup], description: 'With groupBy.' }) groups: ForecastGroup[];
}
