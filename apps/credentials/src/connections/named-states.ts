import { type Manifest, refreshAt } from '@lockkeeper/manifests';
import type { NamedToken } from '../token-endpoint/token-grant.js';
import type { ConnectionFault } from './connection.entity.js';

/** What is known of a named token besides its secrets. Moments are ISO 8601. */
export interface NamedMoments {
  scope: string | null;
  /** Empty where it was kept by an earlier version, which didn't tell. */
  issuedAt: string;
  expiresAt: string | null;
  refreshable: boolean;
  /** When it has its turn; null where it never has one. */
  refreshAt: string | null;
}

export interface NamedState extends NamedMoments {
  /** The connection's version at which it came. */
  version: number;
  failures: number;
  /** Why its last refresh did not succeed. */
  fault: ConnectionFault | null;
}

export interface NamedStates {
  /** The version at which the connection's own token came. */
  ownVersion: number;
  tokens: Record<string, NamedState>;
}

/** One token's own life: its own expiry, its own refresh token. @param issuedAt of the answer, for tokens that were kept before they knew it themselves */
export function momentsOf(
  manifest: Manifest,
  token: NamedToken,
  { issuedAt, authorizedAt }: { issuedAt: Date; authorizedAt: Date },
): NamedMoments {
  const since = token.issuedAt === undefined ? issuedAt : new Date(token.issuedAt);
  const expiresAt = token.expiresAt === null ? null : new Date(token.expiresAt);
  const times = { issuedAt: since, expiresAt, refreshToken: token.refreshToken && { expiresAt: null }, authorizedAt };
  const next = refreshAt(manifest, times, Math.random()) ?? expiresAt;
  return {
    scope: token.scope,
    issuedAt: token.issuedAt ?? '',
    expiresAt: token.expiresAt,
    refreshable: manifest.refresh?.by === 'refresh_token' && token.refreshToken !== null,
    refreshAt: next?.toISOString() ?? null,
  };
}

/** After an answer: tokens that came with it are of this version, the others stay what they were. */
export function statesAfter(
  before: NamedStates | null | undefined,
  tokens: Record<string, NamedMoments>,
  { version, ownVersion }: { version: number; ownVersion: number },
): NamedStates | null {
  const states = Object.entries(tokens).map(([name, moments]): [string, NamedState] => {
    const known = before?.tokens[name];
    const same = known?.issuedAt === moments.issuedAt;
    return [name, same ? known : { ...moments, version, failures: 0, fault: null }];
  });
  return states.length === 0 ? null : { ownVersion, tokens: Object.fromEntries(states) };
}

/** Whose turn is first: a named token's, or, by null, the connection's own. */
export function firstTurn(
  own: Date | null,
  states: NamedStates | null | undefined,
): { at: Date | null; name: string | null } {
  const turns = Object.entries(states?.tokens ?? {}).flatMap(([name, state]) =>
    state.refreshAt === null ? [] : [{ at: new Date(state.refreshAt), name: name as string | null }],
  );
  if (own !== null) turns.push({ at: own, name: null });
  return turns.reduce<{ at: Date | null; name: string | null }>(
    (first, turn) => (first.at !== null && first.at <= turn.at ? first : turn),
    { at: null, name: null },
  );
}
