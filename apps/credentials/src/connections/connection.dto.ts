import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ConnectionStatus } from '@lockkeeper/contracts';
import { PageInput } from '@lockkeeper/doors';
import { isRefreshable } from '@lockkeeper/manifests';
import { Transform } from 'class-transformer';
import { IsIn, IsNotEmpty, IsObject, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { IsScopes, scopesFrom } from '../api-services/scopes.js';
import { SLUG } from '../api-services/api-service.dto.js';
import type { Belonging } from './connections.js';
import type { ConnectionFault } from './connection.entity.js';
import type { TimelineEntry, TraceStep } from './timeline-entry.entity.js';

export const STATUSES = ['pending', 'active', 'refresh_failing', 'reauthorization_required', 'revoked'] as const;
const USER_LENGTH = 512;

export class ConnectionInput {
  @ApiProperty({ description: 'The slug of the API service.', example: 'sandbox' }) @Matches(SLUG) apiService: string;

  @ApiProperty({ description: 'Any id for the user that you like: an e-mail, an item id.', maxLength: USER_LENGTH })
  @IsString()
  @IsNotEmpty()
  @MaxLength(USER_LENGTH)
  user: string;

  @ApiPropertyOptional({
    type: [String],
    description: 'Instead of the API service’s scopes: a list, or one string with spaces.',
  })
  @IsOptional()
  @Transform(scopesFrom)
  @IsScopes()
  scopes?: string[];

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Values for the fields that the manifest asks for; GET /v1/catalogue shows those of its entries.',
  })
  @IsOptional()
  @IsObject()
  params?: Record<string, string>;
}

export class ConnectionListQuery extends PageInput {
  @ApiPropertyOptional() @IsOptional() @Matches(SLUG) apiService?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(USER_LENGTH) user?: string;
  @ApiPropertyOptional({ enum: STATUSES }) @IsOptional() @IsIn(STATUSES) status?: ConnectionStatus;
}

export class ConnectionView {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty() apiService: string;
  @ApiProperty() user: string;
  @ApiProperty({ enum: STATUSES }) status: ConnectionStatus;
  @ApiProperty({ description: 'Counts the connection’s tokens; 0 before the first consent.' }) version: number;
  @ApiProperty({ type: [String] }) requestedScopes: string[];
  @ApiProperty({ type: String, nullable: true, description: 'As granted, space separated.' }) scope: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) expiresAt: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'When it is refreshed, or tried, next.',
  })
  refreshAt: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'When the grant dies if nothing happens.',
  })
  diesAt: string | null;
  @ApiProperty({ type: String, nullable: true }) diesBecause: string | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Its values for the fields of the manifest.',
  })
  params: Record<string, string>;
  @ApiProperty({ description: 'Whether anything is held that a refresh can be made with.' }) refreshable: boolean;
  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: true,
    description: 'Why the last refresh did not succeed.',
  })
  fault: ConnectionFault | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) authorizedAt: string | null;
  @ApiProperty({ format: 'date-time' }) createdAt: string;

  static of({ connection, apiService }: Belonging): ConnectionView {
    const { id, user, status, version, requestedScopes, scope, diesBecause, fault } = connection;
    return {
      id,
      apiService: apiService.slug,
      user,
      status,
      version,
      requestedScopes,
      scope,
      expiresAt: iso(connection.expiresAt),
      refreshAt: iso(connection.refreshAt),
      diesAt: iso(connection.diesAt),
      diesBecause,
      params: connection.params,
      refreshable: isRefreshable(apiService.manifest, connection),
      fault,
      authorizedAt: iso(connection.authorizedAt),
      createdAt: connection.createdAt.toISOString(),
    };
  }
}

export class ConnectionPage {
  @ApiProperty({ type: [ConnectionView] }) items: ConnectionView[];
}

export class TimelineEntryView {
  @ApiProperty({ format: 'date-time' }) at: string;
  @ApiProperty({ example: 'rotated' }) event: string;
  @ApiProperty() version: number;
  @ApiProperty() actor: string;
  @ApiProperty() detail: string;
  @ApiProperty({ type: String, nullable: true }) hint: string | null;
  @ApiProperty({
    type: 'array',
    items: { type: 'object' },
    description: 'The requests that were made, secrets masked.',
  })
  steps: TraceStep[];

  static of({ at, event, version, actor, detail, hint, steps }: TimelineEntry): TimelineEntryView {
    return { at: at.toISOString(), event, version, actor, detail, hint, steps };
  }
}

export class TimelineView {
  @ApiProperty({ type: [TimelineEntryView], description: 'Newest first.' }) items: TimelineEntryView[];
}

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;
