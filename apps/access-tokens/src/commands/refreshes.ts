import { Inject, Injectable } from '@nestjs/common';
import type { RefreshOutcome, RefreshReply } from '@lockkeeper/contracts';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { Arrivals } from '../intake/arrivals.js';
import { Connections } from '../intake/connections.js';
import { CredentialsCommands } from './credentials-commands.js';

export interface RefreshDemand {
  connectionId: string;
  /** The version that is held and isn't good enough. */
  supersedes: number;
  /** Which of the connection's tokens; its own if it isn't said. */
  token?: string | undefined;
  /** Whom it is for; with several at once, the first. */
  requestedBy: string;
}

export interface Refreshed {
  /** Whether a newer version can be read now. */
  arrived: boolean;
  /** What credentials said; null if it said nothing, or wasn't heard before the newer version was here. */
  reply: RefreshReply | null;
  /** Why nothing was heard of credentials; its errors are those of CommandClient. */
  trouble: Error | null;
}

/** Asks credentials for a newer token, and waits until it can be read here. However many ask at once, credentials is asked once. */
@Injectable()
export class Refreshes {
  private readonly underway = new Map<string, Promise<Refreshed>>();

  constructor(
    private readonly commands: CredentialsCommands,
    private readonly arrivals: Arrivals,
    private readonly connections: Connections,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Never throws for what credentials or NATS do, and never takes longer than the deadline. */
  newer(demand: RefreshDemand): Promise<Refreshed> {
    const key = `${demand.connectionId}:${demand.token ?? ''}:${demand.supersedes}`;
    const joined = this.underway.get(key);
    if (joined) return joined;
    const started = this.obtain(demand).finally(() => this.underway.delete(key));
    this.underway.set(key, started);
    return started;
  }

  /** For a version that must exist already, if it does: only its arrival is waited for. */
  arrival(connectionId: string, version: number, withinMs: number = this.deadlineMs): Promise<boolean> {
    return this.arrivals.until(connectionId, version, AbortSignal.timeout(Math.max(0, withinMs)));
  }

  get deadlineMs(): number {
    return this.settings.ACCESS_TOKENS_REFRESH_DEADLINE_SECONDS * 1000;
  }

  /** The newer token itself is the best answer: it may come before the reply, or although the reply got lost. */
  private async obtain(demand: RefreshDemand): Promise<Refreshed> {
    // Whoever looked before somebody else's refresh arrived, and asks after it, needs no second one.
    if (await this.arrivals.isHere(demand.connectionId, demand.supersedes + 1)) return HERE;
    const hopeless = new AbortController();
    const signal = AbortSignal.any([hopeless.signal, AbortSignal.timeout(this.deadlineMs)]);
    const heard: Heard = { reply: null, trouble: null };
    const asking = this.ask(demand, heard).then(() => {
      if (!promisesMore(heard)) hopeless.abort();
    });
    const arrived = await this.arrivals.until(demand.connectionId, demand.supersedes + 1, signal);
    if (!arrived) await asking;
    return { arrived, ...heard };
  }

  private async ask(demand: RefreshDemand, heard: Heard): Promise<void> {
    try {
      const { token, ...command } = demand;
      heard.reply = await this.commands.refresh({ ...command, ...(token !== undefined && { token }) }, this.deadlineMs);
    } catch (error) {
      heard.trouble = error as Error;
    }
  }
}

const HERE: Refreshed = { arrived: true, reply: null, trouble: null };

type Heard = Pick<Refreshed, 'reply' | 'trouble'>;

const PROMISING: RefreshOutcome[] = ['rotated', 'already_rotated', 'in_progress'];
const promisesMore = ({ reply }: Heard): boolean => reply !== null && PROMISING.includes(reply.outcome);
