import { Injectable } from '@nestjs/common';
import type { RefreshOutcome, RefreshReply } from '@lockkeeper/contracts';
import { DatabaseClock } from '@lockkeeper/database';
import { isRefreshable, isUserless } from '@lockkeeper/manifests';
import type { Connection } from '../connections/connection.entity.js';
import { type Belonging, Connections } from '../connections/connections.js';
import { FREEZE_HINT } from '../token-endpoint/frozen.js';
import { AnswerSpool } from './answer-spool.js';
import { Leases, type RotationCause } from './leases.js';
import { Refresher } from './refresher.js';

export interface RefreshDemand {
  connectionId: string;
  /** The version that is to be replaced; the newest one if it isn't said. A newer one that exists is the answer. */
  supersedes?: number | undefined;
  /** Which of the connection's tokens; its own if it isn't said. */
  token?: string | undefined;
  cause: Extract<RotationCause, 'command' | 'operator' | 'issue'>;
  /** Try the refresh token that is held, although an answer that may hold the next one was kept unread. */
  discardAnswer?: boolean | undefined;
  deadlineMs: number;
}

const LOOK_AGAIN_MS = 50;
const NO_ROOM_RETRY_SECONDS = 30;
/** An admin has to decide first. */
const FROZEN_RETRY_SECONDS = 300;

/** Somebody wants a newer token. However many ask at once, in however many replicas: the provider is asked once. */
@Injectable()
export class Rotation {
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(
    private readonly connections: Connections,
    private readonly leases: Leases,
    private readonly refresher: Refresher,
    private readonly spool: AnswerSpool,
    private readonly clock: DatabaseClock,
  ) {}

  /** Answers by the deadline, decided or not. @throws ConnectionNotFound */
  async rotate(demand: RefreshDemand): Promise<RefreshReply> {
    const found = await this.connections.get(demand.connectionId);
    const supersedes = demand.supersedes ?? found.connection.version;
    const early = earlyReply(found, { ...demand, supersedes, now: this.clock.now() });
    if (early !== null && (demand.cause !== 'issue' || found.apiService.frozen)) return early;
    await within(demand.deadlineMs, this.join(demand, supersedes));
    const after = await this.connections.get(demand.connectionId);
    if (after.connection.version === supersedes && this.spool.trouble !== null) return noRoom(after.connection);
    return verdict(after, supersedes, this.clock.now());
  }

  /** Callers in this process share one try. */
  private join(demand: RefreshDemand, supersedes: number): Promise<void> {
    const key = `${demand.connectionId}:${demand.token ?? ''}:${supersedes}`;
    const joined = this.underWay.get(key) ?? this.attempt(demand, supersedes).finally(() => this.underWay.delete(key));
    this.underWay.set(key, joined);
    return joined;
  }

  private async attempt({ connectionId, token, cause, deadlineMs }: RefreshDemand, supersedes: number): Promise<void> {
    const [sheet] = await this.spool.reserve(1);
    if (!sheet) return;
    const lease = await this.leases
      .claimOne({ connectionId, tokenName: token ?? null }, supersedes, cause)
      .catch((error: unknown) => {
        this.spool.release(sheet);
        throw error;
      });
    if (lease) return this.refresher.perform(lease, sheet);
    this.spool.release(sheet);
    await this.awaitOther(connectionId, supersedes, performance.now() + deadlineMs);
  }

  /** Another replica, or the scheduler, has it in hand: its result will be ours. */
  private async awaitOther(connectionId: string, supersedes: number, deadline: number): Promise<void> {
    while (performance.now() < deadline) {
      const { connection } = await this.connections.get(connectionId);
      if (connection.version > supersedes || !isLeased(connection, this.clock.now())) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }
}

type Asked = Pick<RefreshDemand, 'cause' | 'token' | 'discardAnswer'> & { supersedes: number; now: Date };

/** What can be said without asking the provider. */
function earlyReply({ connection, apiService }: Belonging, asked: Asked): RefreshReply | null {
  if (connection.version > asked.supersedes) return reply(connection, 'already_rotated');
  if (apiService.frozen)
    return reply(connection, 'failed', {
      hint: `${apiService.frozen.detail} ${FREEZE_HINT}`,
      retryAfterSeconds: FROZEN_RETRY_SECONDS,
    });
  const alive = connection.status === 'active' || connection.status === 'refresh_failing';
  if (alive && asked.token !== undefined) return earlyNamedReply({ connection, apiService }, asked, asked.token);
  if (!alive || !isRefreshable(apiService.manifest, connection))
    return reply(connection, 'not_refreshable', { hint: whyNotRefreshable({ connection, apiService }) });
  if (connection.withheldLedgerId !== null && !(asked.discardAnswer && asked.cause === 'operator'))
    return reply(connection, 'failed', { hint: connection.fault?.hint ?? null });
  return (
    tooEarly({ connection, apiService }, asked.now) ??
    (asked.cause === 'command' ? hurried({ connection, apiService }, asked.now) : null)
  );
}

/** Of a named token, by what is known of it. */
function earlyNamedReply({ connection }: Belonging, asked: Asked, name: string): RefreshReply | null {
  const state = connection.namedStates?.tokens[name];
  if (!state?.refreshable) {
    const names = Object.keys(connection.namedStates?.tokens ?? {}).join(', ');
    const hint =
      state?.fault?.hint ?? `It can’t be refreshed by itself. Named tokens of this connection: ${names || 'none'}.`;
    return reply(connection, 'not_refreshable', { hint });
  }
  if (asked.cause !== 'command' || state.failures === 0) return null;
  const hint = state.fault?.hint ?? null;
  if (state.refreshAt === null) return reply(connection, 'failed', { hint });
  const waitsMs = Date.parse(state.refreshAt) - asked.now.getTime();
  return waitsMs > 0 ? reply(connection, 'failed', { hint, retryAfterSeconds: Math.ceil(waitsMs / 1000) }) : null;
}

/** The provider refuses whoever comes sooner, and some take that for misuse. */
function tooEarly({ connection, apiService: { manifest } }: Belonging, now: Date): RefreshReply | null {
  const earliest = manifest.refresh?.earliestSecondsBeforeExpiry;
  if (earliest === undefined || connection.expiresAt === null) return null;
  const waitsMs = connection.expiresAt.getTime() - earliest * 1000 - now.getTime();
  const hint = `This provider refuses a refresh before the last ${earliest} seconds of the token.`;
  return waitsMs > 0 ? reply(connection, 'failed', { hint, retryAfterSeconds: Math.ceil(waitsMs / 1000) }) : null;
}

/** A consumer can't hurry what waits for a reason; an operator may. */
function hurried({ connection, apiService }: Belonging, now: Date): RefreshReply | null {
  if (apiService.status === 'client_fault')
    return reply(connection, 'failed', { hint: apiService.fault?.hint ?? null, retryAfterSeconds: 60 });
  const restsMs = (apiService.pausedUntil?.getTime() ?? 0) - now.getTime();
  if (restsMs > 0 && !isLeased(connection, now))
    return reply(connection, 'failed', {
      hint: 'The provider asked for quiet, or does not answer: all refreshes at this API service rest.',
      retryAfterSeconds: Math.ceil(restsMs / 1000),
    });
  if (connection.status !== 'refresh_failing' || isLeased(connection, now)) return null;
  const hint = connection.fault?.hint ?? null;
  // What is not tried again by itself is tried again for nobody but an operator.
  if (connection.refreshAt === null) return reply(connection, 'failed', { hint });
  const waitsMs = connection.refreshAt.getTime() - now.getTime();
  return waitsMs > 0 ? reply(connection, 'failed', { hint, retryAfterSeconds: Math.ceil(waitsMs / 1000) }) : null;
}

const noRoom = (connection: Connection): RefreshReply =>
  reply(connection, 'failed', {
    hint: 'No refresh begins while the spool of credentials has no room; /health/ready tells why.',
    retryAfterSeconds: NO_ROOM_RETRY_SECONDS,
  });

function verdict({ connection, apiService }: Belonging, supersedes: number, now: Date): RefreshReply {
  if (connection.version > supersedes) return reply(connection, 'rotated');
  if (isLeased(connection, now))
    return reply(connection, 'in_progress', { hint: 'The provider is slow; ask again.', retryAfterSeconds: 2 });
  if (connection.status !== 'active' && connection.status !== 'refresh_failing') {
    return reply(connection, 'not_refreshable', { hint: whyNotRefreshable({ connection, apiService }) });
  }
  const hint = connection.fault?.hint ?? apiService.fault?.hint ?? null;
  const waitSeconds = Math.max(1, Math.ceil(((connection.refreshAt?.getTime() ?? 0) - now.getTime()) / 1000));
  return reply(connection, 'failed', { hint, retryAfterSeconds: waitSeconds });
}

/** By PostgreSQL's clock, as the lease itself. */
const isLeased = ({ leaseUntil }: Connection, now: Date): boolean => leaseUntil !== null && leaseUntil > now;

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

function whyNotRefreshable({ connection: { status, fault }, apiService }: Belonging): string {
  if (fault?.hint) return fault.hint;
  if (isUserless(apiService.manifest)) return 'POST /v1/connections/:id/issue asks for a token anew.';
  return status === 'active'
    ? 'The provider gave no refresh token: the token can’t be renewed without its user.'
    : 'Only the user can mend this connection: make an authorization link.';
}

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
