import {
  type ApiServiceHealth,
  type ApiServicePublication,
  type ConnectionStatus,
  type DeathForecast,
  type EventData,
  type EventType,
  type LockkeeperEvent,
  type Publication,
} from '@lockkeeper/contracts';

/** What consumers could know of a connection before a publication was taken in. */
export interface Known {
  status: ConnectionStatus;
  version: number;
  forecast: DeathForecast | null;
  /** At which of its revisions consumers were last told that its user is asked to reauthorize; null if never. */
  askedRevision: number | null;
}

/** Keyed fingerprints of tokens, by which events tell them apart. */
export interface Fingerprints {
  /** Of the connection's newest token of its own; null if there never was one. */
  own: string | null;
  /** Of those besides it, by name. */
  named: Readonly<Record<string, string>>;
}

/** One thing that a publication makes true. */
interface Fact {
  type: EventType;
  /** Within its connection and type: the same from whichever publication it is learnt, and no other fact's. */
  id: string;
  more?: Partial<EventData>;
}

/**
 * What a publication makes true for consumers, in the order in which it is told. It is found by comparing with what was known before, not
 * from the cause alone: the stream keeps a connection's newest publication only, so the one that said `rotated` may never arrive.
 */
export function deriveEvents(
  known: Known | null,
  publication: Publication,
  fingerprints: Fingerprints,
): LockkeeperEvent[] {
  const { apiService, user, version, status, reason, token, connectionId, occurredAt } = publication;
  const expiresAt = token?.expiresAt ?? null;
  const data = { apiService, user, version, status, expiresAt, fingerprint: fingerprints.own, reason };
  return [newToken, newNamedTokens, reducedScope, changedStatus, askedUser, nearDeath]
    .flatMap((facts) => facts(known, publication) ?? [])
    .map(({ type, id, more }) => ({
      ...envelope(`${connectionId}:${id}:${type}`, type, occurredAt),
      subject: connectionId,
      data: {
        ...data,
        ...more,
        ...(more?.token !== undefined && { fingerprint: fingerprints.named[more.token] ?? null }),
      },
    }));
}

/** Of an API service itself: its client is refused, or accepted again. Whoever never heard of a trouble needn't hear of its end. */
export function apiServiceEvents(
  known: ApiServiceHealth | null,
  publication: ApiServicePublication,
): LockkeeperEvent[] {
  const { apiServiceId, apiService, status, revision, reason, occurredAt } = publication;
  if ((known ?? 'active') === status) return [];
  const type = 'api_service.client_fault';
  const data = { apiService, user: null, version: null, status, expiresAt: null, fingerprint: null, reason };
  return [{ ...envelope(`${apiServiceId}:${revision}:${type}`, type, occurredAt), subject: apiServiceId, data }];
}

/** A token is new once, so its version alone names that fact. Where the connection has several, another one may have been new. */
function newToken(known: Known | null, publication: Publication): Fact | null {
  const { token, cause, version: newest, tokenVersion: version = newest } = publication;
  if (token === null || (known !== null && version <= known.version)) return null;
  const first = known === null || known.version === 0;
  const consented = cause === 'authorized' || (first && version === 1);
  return { type: consented ? 'connection.authorized' : 'token.rotated', id: String(version) };
}

/** Those that came with a consent are part of it; later ones are told by their names. */
function newNamedTokens(known: Known | null, { namedTokens = {}, version, tokenVersion }: Publication): Fact[] {
  const heardOf = known?.version ?? version - 1;
  return Object.entries(namedTokens)
    .filter(([, token]) => token.version > heardOf && token.version !== (tokenVersion ?? version))
    .map(([token, { expiresAt, version: since }]) => ({
      type: 'token.rotated',
      id: `${since}:${token}`,
      more: { token, expiresAt },
    }));
}

function reducedScope(known: Known | null, { scopeReduction, version }: Publication): Fact | null {
  // To whoever knew nothing, only what is true of this very token is news.
  const heardOf = known?.version ?? version - 1;
  if (!scopeReduction || scopeReduction.version <= heardOf) return null;
  // Told late it is told of the newest version, which can't do it either: one connection's events never go back in versions.
  return { type: 'scope_reduced', id: String(scopeReduction.version), more: { lostScopes: scopeReduction.lost } };
}

const STATUS_EVENTS: Partial<Record<ConnectionStatus, EventType>> = {
  revoked: 'token.revoked',
  reauthorization_required: 'connection.reauthorization_required',
  refresh_failing: 'connection.refresh_failing',
};

function changedStatus(known: Known | null, { status, version, revision }: Publication): Fact | null {
  const unchanged = known !== null && known.status === status && known.version === version;
  const type = STATUS_EVENTS[status];
  return unchanged || !type ? null : { type, id: `${version}:${revision}` };
}

/** Somebody asks the user to reauthorize, whatever the connection's own state is. Where that asks for it as well, once is enough. */
function askedUser(known: Known | null, publication: Publication): Fact | null {
  const { status, revision, notice } = publication;
  const asked = notice === undefined ? askedByCause(publication) : (notice?.asked ?? null);
  if (asked === null || (notice && notice.closedAt !== null) || status === 'revoked') return null;
  // To whoever knew nothing, only what is asked with this very publication is news.
  const heardOf = known === null ? revision - 1 : (known.askedRevision ?? -1);
  const type = 'connection.reauthorization_required';
  if (asked.revision <= heardOf || changedStatus(known, publication)?.type === type) return null;
  return { type, id: `asked:${asked.revision}`, more: { reason: asked.reason } };
}

/** A credentials that doesn't tell of notices yet says it by the cause alone. */
function askedByCause({ cause, revision, reason }: Publication): { revision: number; reason: string | null } | null {
  return cause === 'notice' ? { revision, reason } : null;
}

/** Each announcement is news, and so is each change of the day that it is about. */
function nearDeath(known: Known | null, { forecast, status }: Publication): Fact | null {
  if (!forecast || status === 'revoked' || status === 'reauthorization_required') return null;
  const { diesAt, because, daysAhead } = forecast;
  const before = known?.forecast;
  if (before && before.diesAt === diesAt && before.daysAhead <= daysAhead) return null;
  return { type: 'connection.expiring', id: `${diesAt}:${daysAhead}`, more: { diesAt, because, daysAhead } };
}

const envelope = (id: string, type: EventType, time: string) => ({
  specversion: '1.0' as const,
  id,
  source: '/lockkeeper/access-tokens' as const,
  type,
  time,
  datacontenttype: 'application/json' as const,
});
