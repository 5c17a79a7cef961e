import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PageInput } from '@lockkeeper/doors';
import type { ConnectionStatus } from '@lockkeeper/contracts';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { SLUG } from '../consumers/connection-path.dto.js';
import type { HeldConnection } from '../intake/held-connection.js';
import type { Demand } from './freshness.js';
import type { HandedToken } from './token-reader.js';

const DAY_SECONDS = 86_400;
const STATUSES = ['pending', 'active', 'refresh_failing', 'reauthorization_required', 'revoked'] as const;

export class DemandQuery implements Demand {
  @ApiPropertyOptional({
    default: 0,
    minimum: 0,
    maximum: DAY_SECONDS,
    description: 'The token has to live at least this long.',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(DAY_SECONDS)
  minTtlSeconds: number = 0;

  @ApiPropertyOptional({ default: 0, minimum: 0, description: 'The token has to be of this version or a later one.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(2_147_483_647)
  minVersion: number = 0;
}

export class TokenListQuery extends PageInput {
  @ApiPropertyOptional({ example: 'sandbox' }) @IsOptional() @Matches(SLUG) apiService?: string;
}

export class TokenView {
  @ApiProperty() accessToken: string;
  @ApiProperty({ example: 'Bearer' }) tokenType: string;
  @ApiProperty({ type: String, nullable: true, description: 'As granted, space separated; null if never told.' })
  scope: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'Null if its lifetime is unknown.' })
  expiresAt: string | null;
  @ApiProperty({ description: 'Counts the connection’s tokens; also the ETag.' }) version: number;
  @ApiProperty({ format: 'uuid' }) connectionId: string;

  /** The only place where a token leaves this workspace. */
  static of({ connection, accessToken }: HandedToken): TokenView {
    const { tokenType, scope, expiresAt, version, id } = connection;
    return {
      accessToken: accessToken.reveal(),
      tokenType: tokenType ?? 'Bearer',
      scope,
      expiresAt: expiresAt?.toISOString() ?? null,
      version,
      connectionId: id,
    };
  }
}

export class TokenStateView {
  @ApiProperty({ format: 'uuid' }) connectionId: string;
  @ApiProperty() apiService: string;
  @ApiProperty() user: string;
  @ApiProperty({ enum: STATUSES }) status: ConnectionStatus;
  @ApiProperty() version: number;
  @ApiProperty({ type: String, nullable: true }) tokenType: string | null;
  @ApiProperty({ type: String, nullable: true }) scope: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) expiresAt: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'In plain words, why the status is what it is; null while active.',
  })
  reason: string | null;

  static of({
    id,
    apiService,
    user,
    status,
    version,
    tokenType,
    scope,
    expiresAt,
    reason,
  }: HeldConnection): TokenStateView {
    const state = { connectionId: id, apiService, user, status, version };
    return { ...state, tokenType, scope, expiresAt: expiresAt?.toISOString() ?? null, reason };
  }
}

export class TokenPage {
  @ApiProperty({ type: [TokenStateView], description: 'Ordered by connectionId.' }) items: TokenStateView[];
}
