import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ConnectionStatus, RefreshOutcome } from '@lockkeeper/contracts';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { STATUSES } from '../connections/connection.dto.js';

const OUTCOMES = ['rotated', 'already_rotated', 'in_progress', 'not_refreshable', 'failed'] as const;
const INTEGER_MAX = 2 ** 31 - 1;

export class RefreshInput {
  @ApiPropertyOptional({ description: 'Replace this version; if a newer one exists already, that is the answer.' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(INTEGER_MAX)
  supersedes?: number;
}

export class RefreshView {
  @ApiProperty({ enum: OUTCOMES }) outcome: RefreshOutcome;
  @ApiProperty({ format: 'uuid' }) connectionId: string;
  @ApiProperty({ enum: STATUSES }) status: ConnectionStatus;
  @ApiProperty() version: number;
  @ApiProperty({ type: String, nullable: true }) hint: string | null;
  @ApiProperty({ type: Number, nullable: true }) retryAfterSeconds: number | null;
}
