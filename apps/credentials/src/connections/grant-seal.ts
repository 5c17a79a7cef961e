import { Injectable } from '@nestjs/common';
import { diesAt, refreshAt } from '@lockkeeper/manifests';
import { KeyRing, Secret } from '@lockkeeper/sealing';
import type { ApiService } from '../api-services/api-service.entity.js';
import type { NamedToken, TokenGrant } from '../token-endpoint/token-grant.js';
import type { Connection, SealedGrant } from './connection.entity.js';

/** A connection's secrets, opened. */
export interface OpenedGrant {
  accessToken: Secret | null;
  refreshToken: Secret | null;
  namedTokens: Record<string, NamedToken>;
  captured: Record<string, unknown>;
}

export interface GrantOrigin {
  apiService: ApiService;
  /** When the provider's answer arrived. */
  issuedAt: Date;
  /** When the user consented. */
  authorizedAt: Date;
  /** Until when the refresh token that the answer left in place lives, as far as that is known. */
  keptRefreshTokenExpiresAt?: Date | null;
}

/** The only place that seals and opens a connection's columns. */
@Injectable()
export class GrantSeal {
  constructor(private readonly keyRing: KeyRing) {}

  /** Lifetimes count from when the provider's answer arrived: a late save can't prolong a token. */
  seal(id: string, grant: TokenGrant, origin: GrantOrigin): SealedGrant {
    const { accessToken, refreshToken, namedTokens, captured, tokenType, scope } = grant;
    return {
      accessToken: this.keyRing.seal(accessToken, place(id, 'access_token')),
      refreshToken: refreshToken && this.keyRing.seal(refreshToken, place(id, 'refresh_token')),
      namedTokens: namedTokensJson(namedTokens, (json) => this.keyRing.seal(json, place(id, 'named_tokens'))),
      captured: this.keyRing.seal(JSON.stringify(captured), place(id, 'captured')),
      tokenType,
      scope,
      ...moments(grant, origin),
    };
  }

  open({ id, accessToken, refreshToken, namedTokens, captured }: Connection): OpenedGrant {
    const open = (sealed: string | null, column: string): Secret | null =>
      sealed === null ? null : this.keyRing.open(sealed, place(id, column));
    return {
      accessToken: open(accessToken, 'access_token'),
      refreshToken: open(refreshToken, 'refresh_token'),
      namedTokens: namedTokensFrom(open(namedTokens, 'named_tokens')),
      captured: JSON.parse(open(captured, 'captured')?.reveal() ?? '{}') as Record<string, unknown>,
    };
  }
}

const place = (id: string, column: string) => ({ table: 'connections', id, column });

/** Secrets print as `[redacted]`, in JSON too: here, where it is sealed at once, they are written out. */
function namedTokensJson(tokens: Record<string, NamedToken>, seal: (json: string) => string): string | null {
  const plain = Object.entries(tokens).map(([name, { accessToken, refreshToken, ...rest }]) => [
    name,
    { ...rest, accessToken: accessToken.reveal(), refreshToken: refreshToken?.reveal() ?? null },
  ]);
  return plain.length === 0 ? null : seal(JSON.stringify(Object.fromEntries(plain)));
}

function namedTokensFrom(json: Secret | null): Record<string, NamedToken> {
  type Plain = Omit<NamedToken, 'accessToken' | 'refreshToken'> & { accessToken: string; refreshToken: string | null };
  const plain = JSON.parse(json?.reveal() ?? '{}') as Record<string, Plain>;
  const tokens = Object.entries(plain).map(([name, { accessToken, refreshToken, ...rest }]) => [
    name,
    { ...rest, accessToken: new Secret(accessToken), refreshToken: Secret.from(refreshToken) },
  ]);
  return Object.fromEntries(tokens) as Record<string, NamedToken>;
}

/** What is known of the tokens' ends, and what follows from it. */
function moments(grant: TokenGrant, origin: GrantOrigin) {
  const { manifest } = origin.apiService;
  const { issuedAt, authorizedAt } = origin;
  const at = (seconds: number | null): Date | null =>
    seconds === null ? null : new Date(issuedAt.getTime() + seconds * 1000);
  const expiresAt = at(grant.expiresInSeconds);
  const kept = grant.refreshTokenKept ? (origin.keptRefreshTokenExpiresAt ?? null) : null;
  const refreshTokenExpiresAt = at(grant.refreshTokenExpiresInSeconds) ?? kept;
  const refreshToken = grant.refreshToken && { expiresAt: refreshTokenExpiresAt };
  const times = { issuedAt, expiresAt, refreshToken, authorizedAt };
  const death = diesAt(manifest, times);
  return {
    issuedAt,
    expiresAt,
    refreshTokenExpiresAt,
    // What can't be refreshed is looked at when it ends, so that its user hears of it.
    refreshAt: refreshAt(manifest, times, Math.random()) ?? expiresAt,
    diesAt: death?.at ?? null,
    diesBecause: death?.because ?? null,
  };
}
