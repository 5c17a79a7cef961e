import { Injectable, Logger } from '@nestjs/common';
import { type ConnectionState, Connections } from './connections.js';
import { OpenedConnections } from './opened-connections.js';

const LOOK_EVERY_MS = 250;

export type Arrival = Omit<ConnectionState, 'status'>;

interface Waiter {
  version: number;
  settle: (arrived: boolean) => void;
}

/**
 * Tells who waits for a newer version that it can be read. This replica's own intake is heard at once; what another replica took in
 * is found by looking: one query for everything that is waited for, however many wait, and none while nobody does.
 */
@Injectable()
export class Arrivals {
  private readonly logger = new Logger('arrivals');
  private readonly waiting = new Map<string, Set<Waiter>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly connections: Connections,
    private readonly opened: OpenedConnections,
  ) {}

  /** Call it after the commit. Whoever is told reads what is new, even where the database hasn't told of the change yet. */
  announce({ id, version, apiService, user }: Arrival): void {
    this.opened.forget({ apiService, user });
    for (const waiter of this.waiting.get(id) ?? []) if (version >= waiter.version) waiter.settle(true);
  }

  /** Whether this version, or a newer one, can be read now. */
  async isHere(id: string, version: number): Promise<boolean> {
    const [state] = await this.connections.states([id]);
    if (state === undefined || state.version < version) return false;
    this.opened.forget(state);
    return true;
  }

  /** @returns whether this version, or a newer one, can be read before the signal's end */
  until(id: string, version: number, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const end = (): void => waiter.settle(false);
      const waiter: Waiter = {
        version,
        settle: (arrived) => {
          signal.removeEventListener('abort', end);
          this.forget(id, waiter);
          resolve(arrived);
        },
      };
      signal.addEventListener('abort', end, { once: true });
      this.remember(id, waiter);
    });
  }

  private remember(id: string, waiter: Waiter): void {
    this.waiting.set(id, (this.waiting.get(id) ?? new Set()).add(waiter));
    this.timer ??= setTimeout(() => void this.look(), LOOK_EVERY_MS);
  }

  private forget(id: string, waiter: Waiter): void {
    const waiters = this.waiting.get(id);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.waiting.delete(id);
  }

  private async look(): Promise<void> {
    try {
      for (const state of await this.connections.states([...this.waiting.keys()])) this.announce(state);
    } catch (error) {
      // Whoever waits is told at its own deadline; the database may be back before.
      this.logger.warn({ event: 'arrivals_not_seen', err: error });
    }
    this.timer = this.waiting.size === 0 ? undefined : setTimeout(() => void this.look(), LOOK_EVERY_MS);
  }
}
