import type { ConnectionStatus, EventType, LockkeeperEvent, Publication } from '@lockkeeper/contracts';

/** What consumers could know of a connection before a publication was taken in. */
export interface Known {
  status: ConnectionStatus;
  version: number;
}

/**
 * What a publication makes true for consumers: none, one or two events. It is found by comparing with what was known before, not
 * from the cause alone: the stream keeps a connection's newest publication only, so the one that said `rotated` may never arrive.
 */
export function deriveEvents(known: Known | null, publication: Publication): LockkeeperEvent[] {
  const types = [tokenEvent(known, publication), statusEvent(known, publication)];
  return types.filter((type) => type !== null).map((type) => toEvent(type, publication));
}

function tokenEvent(known: Known | null, { token, version, cause }: Publication): EventType | null {
  if (token === null || (known !== null && version <= known.version)) return null;
  const first = known === null || known.version === 0;
  return cause === 'authorized' || (first && version === 1) ? 'connection.authorized' : 'token.rotated';
}

const STATUS_EVENTS: Partial<Record<ConnectionStatus, EventType>> = {
  revoked: 'token.revoked',
  reauthorization_required: 'connection.reauthorization_required',
  refresh_failing: 'connection.refresh_failing',
};

function statusEvent(known: Known | null, { status, version, cause }: Publication): EventType | null {
  // Somebody asks the user to reauthorize, whatever the connection's own state is.
  if (cause === 'notice' && status !== 'revoked') return 'connection.reauthorization_required';
  const unchanged = known !== null && known.status === status && known.version === version;
  return unchanged ? null : (STATUS_EVENTS[status] ?? null);
}

function toEvent(type: EventType, publication: Publication): LockkeeperEvent {
  const { apiService, user, version, status, reason, token, connectionId, occurredAt } = publication;
  return {
    specversion: '1.0',
    id: eventId(type, publication),
    source: '/lockkeeper/access-tokens',
    type,
    subject: connectionId,
    time: occurredAt,
    datacontenttype: 'application/json',
    data: { apiService, user, version, status, expiresAt: token?.expiresAt ?? null, reason },
  };
}

/** A token is new once, so its version alone names that event, from whichever publication it was learnt; other facts need the revision. */
function eventId(type: EventType, { connectionId, version, revision }: Publication): string {
  const isOfToken = type === 'connection.authorized' || type === 'token.rotated';
  return isOfToken ? `${connectionId}:${version}:${type}` : `${connectionId}:${version}:${revision}:${type}`;
}
