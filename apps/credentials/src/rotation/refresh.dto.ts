import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ConnectionStatus, RefreshOutcome } from '@lockkeeper/contracts';
import { IsBoolean, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
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

  @ApiPropertyOptional({ example: 'user', description: 'Which of several tokens; the connection’s own if not told.' })
  @IsOptional()
  @Matches(/^[a-z][a-z0-9_]{0,63}$/)
  token?: string;

  @ApiPropertyOptional({
    description:
      'After an answer that could not be read: try the refresh token that is held, although the answer may hold the next one. At a provider that notices reuse this may end the grant.',
  })
  @IsOptional()
  @IsBoolean()
  discardAnswer?: boolean;
}

export class RefreshView {
  @ApiProperty({ enum: OUTCOMES }) outcome: RefreshOutcome;
  @ApiProperty({ format: 'uuid' }) connectionId: string;
  @ApiProperty({ enum: STATUSES }) status: ConnectionStatus;
  @ApiProperty() version: number;
  @ApiProperty({ type: String, nullable: true }) hint: string | null;
  @ApiProperty({ type: Number, nullable: true }) retryAfterSeconds: number | null;
}
