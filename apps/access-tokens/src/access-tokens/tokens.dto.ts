import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PageInput } from '@lockkeeper/doors';
import type { ConnectionStatus, PublishedCredential, TokenUse } from '@lockkeeper/contracts';
import { Type } from 'class-transformer';
import { IsInt, IsNotEmpty, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import { SLUG } from '../consumers/connection-path.dto.js';
import type { LastRead } from '../exposures/exposures.js';
import type { HeldConnection } from '../intake/held-connection.js';
import type { NamedHeld } from '../intake/opened-connections.js';
import type { Demand } from './freshness.js';
import { IsTokenName } from './token-name.js';
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

  @ApiPropertyOptional({ example: 'user', description: 'Which of several tokens; the connection’s own if not told.' })
  @IsOptional()
  @IsTokenName()
  token?: string;
}

export class TokenListQuery extends PageInput {
  @ApiPropertyOptional({ example: 'sandbox' }) @IsOptional() @Matches(SLUG) apiService?: string;

  @ApiPropertyOptional({ format: 'uuid' }) @IsOptional() @IsUUID() connection?: string;

  @ApiPropertyOptional({ description: 'Part of the user’s id, in whatever case.', maxLength: 200 })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  search?: string;
}

/** How a call carries the token, where its API wants it otherwise than RFC 6750 has it. */
export class TokenUseView {
  @ApiProperty({ example: 'X-Shopify-Access-Token' }) header: string;
  @ApiProperty({ example: '', description: 'Before the token, with a space; empty: the token alone.' }) scheme: string;
  @ApiProperty({ type: String, nullable: true, description: 'The parameter that has it instead of the header.' })
  query: string | null;
  @ApiProperty({ type: Object, description: 'What every call needs besides.' }) headers: Record<string, string>;

  @ApiPropertyOptional({
    type: [String],
    description:
      'Only where calls need more of what a user filled in than consumers may read: the proxy makes them, below these URLs.',
  })
  apiBaseUrls?: string[];

  /** Nothing where it is `Authorization: Bearer` and no more. */
  static of(use: TokenUse, credential: PublishedCredential | null): TokenUseView | undefined {
    const { header, scheme, query, headers, baseUrls } = use;
    if (credential !== null && carriesMore(credential, use))
      return { header, scheme, query, headers, apiBaseUrls: baseUrls };
    const isUsual = header.toLowerCase() === 'authorization' && scheme === 'Bearer' && query === null;
    return isUsual && Object.keys(headers).length === 0 ? undefined : { header, scheme, query, headers };
  }
}

/** Than the token in its place, and what is no secret. */
function carriesMore({ headers, query, body }: PublishedCredential, use: TokenUse): boolean {
  const inQuery = use.query === null ? 0 : 1;
  const known = Object.keys(use.headers).length + 1 - inQuery;
  return body !== null || Object.keys(query).length > inQuery || Object.keys(headers).length > known;
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
  @ApiPropertyOptional({ description: 'Left out where calls carry it as `Authorization: Bearer`, as nearly all do.' })
  use?: TokenUseView;

  /** The only place where a token leaves this workspace. */
  static of({ connection, accessToken, credential }: HandedToken): TokenView {
    const { tokenType, scope, expiresAt, version, id, tokenUse } = connection;
    const use = TokenUseView.of(tokenUse, credential);
    return {
      accessToken: accessToken.reveal(),
      tokenType: tokenType ?? 'Bearer',
      scope,
      expiresAt: expiresAt?.toISOString() ?? null,
      version,
      connectionId: id,
      ...(use && { use }),
    };
  }
}

export class LastReadView {
  @ApiProperty({ format: 'uuid' }) consumerId: string;
  @ApiProperty({ type: String, nullable: true, description: 'Null if the consumer was removed.' })
  consumerName: string | null;
  @ApiProperty({ description: 'Of the token that was handed out.' }) version: number;
  @ApiProperty({ format: 'date-time' }) at: string;

  static of({ at, ...read }: LastRead): LastReadView {
    return { ...read, at: at.toISOString() };
  }
}

/** A token besides the connection's own, without the token. */
export class NamedTokenStateView {
  @ApiProperty({ example: 'user', description: 'By which it is read: `?token=user`.' }) name: string;
  @ApiProperty({ description: 'The connection’s version at which it came.' }) version: number;
  @ApiProperty() tokenType: string;
  @ApiProperty({ type: String, nullable: true }) scope: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) expiresAt: string | null;

  static of(name: string, { version, tokenType, scope, expiresAt }: NamedHeld): NamedTokenStateView {
    return { name, version, tokenType, scope, expiresAt };
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

  @ApiProperty({ type: [String], description: 'Where `/v1/requests` and the proxy may carry it.' })
  apiBaseUrls: string[];
  @ApiProperty({
    type: LastReadView,
    nullable: true,
    description: 'Who got a token of it last, for admins and auditors. Null to consumers, and where nobody has.',
  })
  lastRead: LastReadView | null;
  @ApiProperty({ type: [NamedTokenStateView], description: 'Where a provider gives several: those besides its own.' })
  namedTokens: NamedTokenStateView[];

  static of(
    held: HeldConnection,
    { lastRead, named }: { lastRead: LastRead | undefined; named: ReadonlyMap<string, NamedHeld> },
  ): TokenStateView {
    const { id, apiService, user, status, version, tokenType, scope, expiresAt, reason, tokenUse } = held;
    return {
      ...{ connectionId: id, apiService, user, status, version, tokenType, scope, reason },
      expiresAt: expiresAt?.toISOString() ?? null,
      apiBaseUrls: tokenUse.baseUrls,
      lastRead: lastRead ? LastReadView.of(lastRead) : null,
      namedTokens: [...named].map(([name, token]) => NamedTokenStateView.of(name, token)),
    };
  }
}

export class TokenPage {
  @ApiProperty({ type: [TokenStateView], description: 'Ordered by connectionId.' }) items: TokenStateView[];
}
