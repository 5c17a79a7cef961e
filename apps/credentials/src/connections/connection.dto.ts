import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ConnectionStatus, ScopeReduction } from '@lockkeeper/contracts';
import { isRefreshable } from '@lockkeeper/manifests';
import { Transform } from 'class-transformer';
import {
  ValidateBy,
  ValidateIf,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
} from 'class-validator';
import { IsScopes, scopesFrom } from '../api-services/scopes.js';
import { SLUG } from '../api-services/api-service.dto.js';
import { isMailAddress } from './mail-address.js';
import type { Belonging } from './connections.js';
import { deathInWords } from './death.js';
import type { ConnectionFault } from './connection.entity.js';
import type { NamedState } from './named-states.js';
import type { TimelineEntry, TraceStep } from './timeline-entry.entity.js';

export const STATUSES = ['pending', 'active', 'refresh_failing', 'reauthorization_required', 'revoked'] as const;
const USER_LENGTH = 512;

const IsMailAddress = (): PropertyDecorator =>
  ValidateBy({
    name: 'isMailAddress',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && isMailAddress(value),
      defaultMessage: () => 'must be an e-mail address',
    },
  });

const NOTIFY = {
  type: String,
  nullable: true,
  example: 'ada@example.com',
  description: 'Where notices reach the user by e-mail. Null: at the user’s id, if that is an address.',
} as const;

export class ConnectionInput {
  @ApiProperty({ description: 'The slug of the API service.', example: 'sandbox' }) @Matches(SLUG) apiService: string;

  @ApiProperty({ description: 'Any id for the user that you like: an e-mail, an item id.', maxLength: USER_LENGTH })
  @IsString()
  @IsNotEmpty()
  @MaxLength(USER_LENGTH)
  @Matches(/^[^\0]*$/, { message: 'must not hold U+0000, which PostgreSQL keeps nowhere' })
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

  @ApiPropertyOptional({
    format: 'uuid',
    description: 'With the grant token_exchange: the connection whose token is exchanged.',
  })
  @IsOptional()
  @IsUUID()
  subjectConnectionId?: string;

  @ApiPropertyOptional({
    format: 'uuid',
    description: 'With the grant token_exchange: the connection that acts for that subject.',
  })
  @IsOptional()
  @IsUUID()
  actorConnectionId?: string;

  @ApiPropertyOptional(NOTIFY)
  @IsOptional()
  @IsMailAddress()
  notify?: string | null;
}

export class ConnectionChangeInput {
  @ApiProperty(NOTIFY)
  @ValidateIf((_object, value) => value !== null)
  @IsMailAddress()
  notify: string | null;
}

export class ConnectionFaultView implements ConnectionFault {
  @ApiProperty({ example: 'grant', description: 'Whose fault it is: client, grant, provider, network or us.' })
  owner: string;
  @ApiProperty() code: string;
  @ApiProperty() detail: string;
  @ApiProperty({ type: String, nullable: true, description: 'What to do about it.' }) hint: string | null;
  @ApiProperty({ format: 'date-time' }) at: string;
}

export class ConnectionView {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty() apiService: string;
  @ApiProperty() user: string;
  @ApiProperty({ type: String, nullable: true, description: NOTIFY.description }) notify: string | null;
  @ApiProperty({ enum: STATUSES }) status: ConnectionStatus;
  @ApiProperty({ description: 'Counts the connection’s tokens; 0 before the first consent.' }) version: number;
  @ApiProperty({ type: [String] }) requestedScopes: string[];
  @ApiProperty({ type: String, nullable: true, description: 'As granted, space separated.' }) scope: string | null;
  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: true,
    description:
      'The version that came with less than was asked for, or than the one before it had, and what it lacks.',
  })
  scopeReduction: ScopeReduction | null;
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
  @ApiProperty({ type: String, nullable: true, description: 'Why it dies, for programs.' }) diesBecause: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Why it dies, in plain words.' }) because: string | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Its values for the fields of the manifest.',
  })
  params: Record<string, string>;
  @ApiProperty({
    type: String,
    nullable: true,
    format: 'uuid',
    description: 'Whose token is exchanged for this one’s.',
  })
  subjectConnectionId: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'uuid', description: 'Who acts for that subject.' })
  actorConnectionId: string | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'By name, what is known of the tokens besides its own: version, scope, expiry, next refresh, fault.',
  })
  namedTokens: Record<string, NamedState>;
  @ApiProperty({ description: 'Whether anything is held that a refresh can be made with.' }) refreshable: boolean;
  @ApiProperty({ type: ConnectionFaultView, nullable: true, description: 'Why the last refresh did not succeed.' })
  fault: ConnectionFault | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) authorizedAt: string | null;
  @ApiProperty({ format: 'date-time' }) createdAt: string;

  static of({ connection, apiService }: Belonging): ConnectionView {
    const { id, user, status, version, requestedScopes, scope, diesBecause, fault } = connection;
    return {
      id,
      apiService: apiService.slug,
      user,
      notify: connection.notify,
      status,
      version,
      requestedScopes,
      scope,
      scopeReduction: connection.scopeReduction,
      expiresAt: iso(connection.expiresAt),
      refreshAt: iso(connection.refreshAt),
      diesAt: iso(connection.diesAt),
      diesBecause,
      because: deathInWords(connection),
      params: connection.params,
      namedTokens: connection.namedStates?.tokens ?? {},
      subjectConnectionId: connection.subjectConnectionId,
      actorConnectionId: connection.actorConnectionId,
      refreshable: isRefreshable(apiService.manifest, connection),
      fault,
      authorizedAt: iso(connection.authorizedAt),
      createdAt: connection.createdAt.toISOString(),
    };
  }
}

export class TraceStepView {
  @ApiProperty({ example: 'exchange' }) step: string;
  @ApiProperty() method: string;
  @ApiProperty({ description: 'Values of its query are masked, but for those that tell something.' }) url: string;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } }) requestHeaders: Record<string, string>;
  @ApiProperty({ type: String, nullable: true }) requestBody: string | null;
  @ApiProperty({ type: Number, nullable: true, description: 'Null where no answer came.' }) status: number | null;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } }) answerHeaders: Record<string, string>;
  @ApiProperty({ type: String, nullable: true }) answerBody: string | null;
  @ApiProperty() durationMs: number;
  @ApiProperty({ type: String, nullable: true, description: 'What was made of the answer.' }) decision: string | null;

  /** Steps that were written before they told so much have none of it. */
  static of({
    requestHeaders = {},
    requestBody = null,
    answerHeaders = {},
    answerBody = null,
    decision = null,
    ...step
  }: TraceStep): TraceStepView {
    return { ...step, requestHeaders, requestBody, answerHeaders, answerBody, decision };
  }
}

export class TimelineEntryView {
  @ApiProperty({ format: 'date-time' }) at: string;
  @ApiProperty({ example: 'rotated' }) event: string;
  @ApiProperty() version: number;
  @ApiProperty() actor: string;
  @ApiProperty() detail: string;
  @ApiProperty({ type: String, nullable: true }) hint: string | null;
  @ApiProperty({
    type: [TraceStepView],
    description: 'The requests that were made, secrets masked.',
  })
  steps: TraceStepView[];

  static of({ at, event, version, actor, detail, hint, steps }: TimelineEntry): TimelineEntryView {
    return {
      at: at.toISOString(),
      event,
      version,
      actor,
      detail,
      hint,
      steps: steps.map((step) => TraceStepView.of(step)),
    };
  }
}

export class TimelineView {
  @ApiProperty({ type: [TimelineEntryView], description: 'Newest first.' }) items: TimelineEntryView[];
}

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;
