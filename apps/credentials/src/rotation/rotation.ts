import { Injectable } from '@nestjs/common';
import type { RefreshOutcome, RefreshReply } from '@lockkeeper/contracts';
import { isRefreshable } from '@lockkeeper/manifests';
import type { Connection } from '../connections/connection.entity.js';
import { type Belonging, Connections } from '../connections/connections.js';
import { RefreshLedger, type RotationCause } from './refresh-ledger.js';
import { Refresher } from './refresher.js';

export interface RefreshDemand {
  connectionId: string;
  /** The version that is to be replaced; the newest one if it isn't said. A newer one that exists is the answer. */
  supersedes?: number | undefined;
  cause: Extract<RotationCause, 'command' | 'operator'>;
  deadlineMs: number;
}

const LOOK_AGAIN_MS = 50;

/** Somebody wants a newer token. However many ask at once, in however many replicas: the provider is asked once. */
@Injectable()
export class Rotation {
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(
    private readonly connections: Connections,
    private readonly ledger: RefreshLedger,
    private readonly refresher: Refresher,
  ) {}

  /** Answers by the deadline, decided or not. @throws ConnectionNotFound */
  async rotate(demand: RefreshDemand): Promise<RefreshReply> {
    const found = await this.connections.get(demand.connectionId);
    const supersedes = demand.supersedes ?? found.connection.version;
    const early = earlyReply(found, supersedes, demand.cause);
    if (early !== null) return early;
    await within(demand.deadlineMs, this.join(demand, supersedes));
    return verdict(await this.connections.get(demand.connectionId), supersedes);
  }

  /** Callers in this process share one try. */
  private join(demand: RefreshDemand, supersedes: number): Promise<void> {
    const key = `${demand.connectionId}:${supersedes}`;
    const joined = this.underWay.get(key) ?? this.attempt(demand, supersedes).finally(() => this.underWay.delete(key));
    this.underWay.set(key, joined);
    return joined;
  }

  private async attempt({ connectionId, cause, deadlineMs }: RefreshDemand, supersedes: number): Promise<void> {
    const lease = await this.ledger.claimOne(connectionId, supersedes, cause);
    if (lease) await this.refresher.perform(lease);
    else await this.awaitOther(connectionId, supersedes, Date.now() + deadlineMs);
  }

  /** Another replica, or the scheduler, has it in hand: its result will be ours. */
  private async awaitOther(connectionId: string, supersedes: number, deadline: number): Promise<void> {
    while (Date.now() < deadline) {
      const { connection } = await this.connections.get(connectionId);
      if (connection.version > supersedes || !isLeased(connection)) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }
}

/** What can be said without asking the provider. */
function earlyReply(
  { connection, apiService }: Belonging,
  supersedes: number,
  cause: RotationCause,
): RefreshReply | null {
  if (connection.version > supersedes) return reply(connection, 'already_rotated');
  const alive = connection.status === 'active' || connection.status === 'refresh_failing';
  if (!alive || !isRefreshable(apiService.manifest, connection))
    return reply(connection, 'not_refreshable', { hint: whyNotRefreshable(connection) });
  if (cause !== 'command') return null;
  // A consumer can't hurry what waits for a reason; an operator may.
  if (apiService.status === 'client_fault')
    return reply(connection, 'failed', { hint: apiService.fault?.hint ?? null, retryAfterSeconds: 60 });
  const waitsMs =
    connection.status === 'refresh_failing' && !isLeased(connection)
      ? (connection.refreshAt?.getTime() ?? 0) - Date.now()
      : 0;
  return waitsMs > 0
    ? reply(connection, 'failed', {
        hint: connection.fault?.hint ?? null,
        retryAfterSeconds: Math.ceil(waitsMs / 1000),
      })
    : null;
}

function verdict({ connection, apiService }: Belonging, supersedes: number): RefreshReply {
  if (connection.version > supersedes) return reply(connection, 'rotated');
  if (isLeased(connection))
    return reply(connection, 'in_progress', { hint: 'The provider is slow; ask again.', retryAfterSeconds: 2 });
  if (connection.status !== 'active' && connection.status !== 'refresh_failing') {
    return reply(connection, 'not_refreshable', { hint: whyNotRefreshable(connection) });
  }
  const hint = connection.fault?.hint ?? apiService.fault?.hint ?? null;
  const waitSeconds = Math.max(1, Math.ceil(((connection.refreshAt?.getTime() ?? 0) - Date.now()) / 1000));
  return reply(connection, 'failed', { hint, retryAfterSeconds: waitSeconds });
}

const isLeased = ({ leaseUntil }: Connection): boolean => leaseUntil !== null && leaseUntil > new Date();

function reply(
  connection: Connection,
  outcome: RefreshOutcome,
  more: Partial<Pick<RefreshReply, 'hint' | 'retryAfterSeconds'>> = {},
): RefreshReply {
  const { id, status, version } = connection;
  return {
    outcome,
    connectionId: id,
    status,
    version,
    hint: more.hint ?? null,
    retryAfterSeconds: more.retryAfterSeconds ?? null,
  };
}

const whyNotRefreshable = ({ status, fault }: Connection): string =>
  fault?.hint ??
  (status === 'active'
    ? 'The provider gave no refresh token: the token can’t be renewed without its user.'
    : 'Only the user can mend this connection: make an authorization link.');

async function within(deadlineMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, deadlineMs);
  });
  try {
    await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
