import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DatabaseClock } from '@lockkeeper/database';
import { Alarm } from '@lockkeeper/messaging';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { Ticks } from '../schedule/ticks.js';
import { Claims } from './claims.js';
import type { BlankSheet } from './blank-sheet.js';
import type { FreshLease, Lease } from './leases.js';
import { type Read, Refresher } from './refresher.js';

const TEND_EVERY_MS = 1000;
/** A claim costs about the same for one connection as for all slots: so it waits until most of them are free, or for so long. */
const GATHERED_SHARE = 0.75;
const GATHER_MS = 50;
/** So many times the slots are in flight or not yet settled at most: beyond that it is the database that is slow, and nothing more begins. */
const MOST_UNSETTLED = 4;

/**
 * Refreshes what is due. Any number of replicas may do this at once: the ledger gives each connection to one of them.
 * A slow provider keeps its own slots busy and doesn't hold up the next round, and it never gets all of them.
 * A slot is for asking: it is free as soon as the answer is kept and read, and settling goes on beside the next questions (decision 47).
 */
@Injectable()
export class Scheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('scheduler');
  private readonly inFlight = new Map<Promise<void>, string>();
  private readonly settling = new Set<Promise<void>>();
  private readonly room = new Alarm();
  /** Somebody waits until so many slots are free. */
  private wanted = Infinity;
  private stopping = false;
  private tendedAt = 0;

  constructor(
    private readonly ticks: Ticks,
    private readonly claims: Claims,
    private readonly refresher: Refresher,
    private readonly clock: DatabaseClock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.clock.synchronise();
    this.ticks.start({
      name: 'rotation',
      everyMs: this.settings.CREDENTIALS_SCHEDULER_INTERVAL_MS,
      work: () => this.round(),
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await Promise.allSettled(this.inFlight.keys());
    await Promise.allSettled(this.settling);
  }

  private async round(): Promise<void> {
    await this.tend();
    // What ends makes room: as long as something is under way, whatever else is due needn't wait for the next round.
    for (let begun = await this.claimSome(); begun > 0 || this.isBusy; begun = await this.claimSome()) {
      await this.someRoom(begun);
      if (performance.now() - this.tendedAt > TEND_EVERY_MS) await this.tend();
      if (this.stopping) return;
    }
  }

  /** What has to be done even while there is always more that is due. */
  private async tend(): Promise<void> {
    this.tendedAt = performance.now();
    await this.clock.synchronise();
    for (const lease of await this.claims.abandoned(this.settings.CREDENTIALS_SCHEDULER_SLOTS)) {
      this.begin(lease, () => this.refresher.resume(lease));
    }
    await this.claims.probes((...claimed) => this.perform(...claimed));
  }

  /** @returns how many were begun */
  private async claimSome(): Promise<number> {
    const free = this.freeSlots;
    if (free === 0 || this.stopping) return 0;
    return this.claims.due({ free, underWay: this.underWay }, (...claimed) => this.perform(...claimed));
  }

  /** Until something ends, or for a round's time; then until the rest of it does, but for a moment only. */
  private async someRoom(begun: number): Promise<void> {
    const { CREDENTIALS_SCHEDULER_INTERVAL_MS: intervalMs, CREDENTIALS_SCHEDULER_SLOTS: slots } = this.settings;
    if (begun === 0 || this.freeSlots === 0) await this.untilFree(this.freeSlots + 1, intervalMs);
    await this.untilFree(Math.ceil(slots * GATHERED_SHARE), GATHER_MS);
  }

  private async untilFree(wanted: number, milliseconds: number): Promise<void> {
    if (this.freeSlots >= wanted) return;
    this.wanted = wanted;
    await this.room.sleep(milliseconds);
    this.wanted = Infinity;
  }

  private perform(lease: FreshLease, sheet: BlankSheet): void {
    this.begin(lease, async () => {
      const read = await this.refresher.ask(lease, sheet);
      if (read !== null) this.settle(read);
    });
  }

  private get isBusy(): boolean {
    return this.inFlight.size > 0 || this.freeSlots === 0;
  }

  private get freeSlots(): number {
    const { CREDENTIALS_SCHEDULER_SLOTS: slots } = this.settings;
    const { size } = this.inFlight;
    return Math.max(0, Math.min(slots - size, MOST_UNSETTLED * slots - size - this.settling.size));
  }

  private get underWay(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const id of this.inFlight.values()) counts.set(id, (counts.get(id) ?? 0) + 1);
    return counts;
  }

  private begin({ apiServiceId }: Lease, work: () => Promise<void>): void {
    const job = this.watched(work()).finally(() => this.ended(() => this.inFlight.delete(job)));
    this.inFlight.set(job, apiServiceId);
  }

  private settle(read: Read): void {
    const job = this.watched(this.refresher.settle(read)).finally(() => this.ended(() => this.settling.delete(job)));
    this.settling.add(job);
  }

  private watched(work: Promise<void>): Promise<void> {
    return work.catch((error: unknown) => this.logger.error({ event: 'refresh_not_settled', err: error }));
  }

  private ended(remove: () => void): void {
    remove();
    if (this.freeSlots >= this.wanted) this.room.ring();
  }
}
