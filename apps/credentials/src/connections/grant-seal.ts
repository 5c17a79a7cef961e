import { Injectable } from '@nestjs/common';
import { type Death, diesAt, isUserless, type Manifest, refreshAt } from '@lockkeeper/manifests';
import { KeyRing, Secret } from '@lockkeeper/sealing';
import type { ApiService } from '../api-services/api-service.entity.js';
import type { NamedToken, TokenGrant } from '../token-endpoint/token-grant.js';
import { momentsOf } from './named-states.js';
import type { Connection, SealedGrant } from './connection.entity.js';

/** A connection's secrets, opened. */
export interface OpenedGrant {
  accessToken: Secret | null;
  refreshToken: Secret | null;
  namedTokens: Record<string, NamedToken>;
  captured: Record<string, unknown>;
  /** What its user filled in and keeps secret, at a generic API service. */
  fieldSecrets: Record<string, string>;
  /** What its tokens are bound to; null where they are bound to nothing. */
  dpopKey: Secret | null;
}

export interface GrantOrigin {
  apiService: ApiService;
  /** When the provider's answer arrived. */
  issuedAt: Date;
  /** When the user consented. */
  authorizedAt: Date;
  /** Until when the refresh token that the answer left in place lives, as far as that is known. */
  keptRefreshTokenExpiresAt?: Date | null;
  /** At a refresh: what was known of the grant's end before it. */
  previous?: { diesAt: Date | null } | null;
}

/** The only place that seals and opens a connection's columns. */
@Injectable()
export class GrantSeal {
  /** For who tells of an access token in the transaction that it was sealed in. Kept as long as the connection's object, and good for that one value. */
  private readonly sealedLast = new WeakMap<Pick<Connection, 'id'>, { sealed: string; accessToken: Secret }>();

  constructor(private readonly keyRing: KeyRing) {}

  /** Lifetimes count from when the provider's answer arrived: a late save can't prolong a token. */
  seal(connection: Pick<Connection, 'id'>, grant: TokenGrant, origin: GrantOrigin): SealedGrant {
    const { id } = connection;
    const { accessToken, refreshToken, namedTokens, captured, tokenType, scope } = grant;
    const sealed = this.keyRing.seal(accessToken, place(id, 'access_token'));
    this.sealedLast.set(connection, { sealed, accessToken });
    return {
      accessToken: sealed,
      refreshToken: refreshToken && this.keyRing.seal(refreshToken, place(id, 'refresh_token')),
      namedTokens: this.sealNamed(id, namedTokens),
      dpopKey: grant.dpopKey ? this.sealDpopKey(id, grant.dpopKey) : null,
      named: Object.fromEntries(
        Object.entries(namedTokens).map(([name, token]) => [
          name,
          momentsOf(origin.apiService.manifest, token, origin),
        ]),
      ),
      captured: this.sealCaptured(id, captured, origin.apiService.manifest),
      tokenType,
      scope,
      ...moments(grant, origin),
    };
  }

  sealNamed(id: string, tokens: Record<string, NamedToken>): string | null {
    return namedTokensJson(tokens, (json) => this.keyRing.seal(json, place(id, 'named_tokens')));
  }

  sealFields(id: string, secrets: Record<string, string>): string {
    return this.keyRing.seal(JSON.stringify(secrets), place(id, 'field_secrets'));
  }

  sealDpopKey(id: string, key: Secret): string {
    return this.keyRing.seal(key, place(id, 'dpop_key'));
  }

  openDpopKey(id: string, sealed: string): Secret {
    return this.keyRing.open(sealed, place(id, 'dpop_key'));
  }

  openNamed({ id, namedTokens }: Pick<Connection, 'id' | 'namedTokens'>): Record<string, NamedToken> {
    return namedTokensFrom(namedTokens === null ? null : this.keyRing.open(namedTokens, place(id, 'named_tokens')));
  }

  /** Without opening what was sealed just now. */
  openAccessToken(connection: Pick<Connection, 'id' | 'accessToken'>): Secret | null {
    const { id, accessToken } = connection;
    const last = this.sealedLast.get(connection);
    return last && last.sealed === accessToken ? last.accessToken : this.opened(id, accessToken, 'access_token');
  }

  open(connection: Connection): OpenedGrant {
    const { id, accessToken, refreshToken, captured, fieldSecrets, dpopKey } = connection;
    const open = (sealed: string | null, column: string): Secret | null => this.opened(id, sealed, column);
    return {
      accessToken: open(accessToken, 'access_token'),
      refreshToken: open(refreshToken, 'refresh_token'),
      namedTokens: this.openNamed(connection),
      captured: JSON.parse(open(captured, 'captured')?.reveal() ?? '{}') as Record<string, unknown>,
      fieldSecrets: JSON.parse(open(fieldSecrets, 'field_secrets')?.reveal() ?? '{}') as Record<string, string>,
      dpopKey: open(dpopKey, 'dpop_key'),
    };
  }

  private opened(id: string, sealed: string | null, column: string): Secret | null {
    return sealed === null ? null : this.keyRing.open(sealed, place(id, column));
  }

  /** Nothing is no value: most providers tell of nothing else. Where no user takes part, the value is also what tells of an admin's consent. */
  private sealCaptured(id: string, captured: Record<string, unknown>, manifest: Manifest): string | null {
    if (Object.keys(captured).length === 0 && !isUserless(manifest)) return null;
    return this.keyRing.seal(JSON.stringify(captured), place(id, 'captured'));
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
  const next = refreshAt(manifest, times, Math.random());
  return {
    issuedAt,
    expiresAt,
    refreshTokenExpiresAt,
    // What can't be refreshed is looked at when it ends, so that its user hears of it.
    refreshAt: next ?? expiresAt,
    diesAt: death?.at ?? null,
    diesBecause: death?.because ?? null,
    deathIsFixed: death !== null && isFixed(death, { next, previous: origin.previous ?? null }),
  };
}

/** Two answers a moment apart tell the same end a moment apart. */
const SAME_MS = 2000;

/** Whether no refresh will move it: it counts from the consent, no refresh comes before it, or the last one left it where it was. */
function isFixed(
  { at, because }: Death,
  { next, previous }: { next: Date | null; previous: { diesAt: Date | null } | null },
): boolean {
  if (because === 'grant_ends' || next === null || next >= at) return true;
  return previous?.diesAt != null && at.getTime() <= previous.diesAt.getTime() + SAME_MS;
}
