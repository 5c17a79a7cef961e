import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { Ticks } from '../schedule/ticks.js';
import { AnswerSpool } from './answer-spool.js';
import { RefreshLedger } from './refresh-ledger.js';
import { Refresher } from './refresher.js';

/**
 * Refreshes what is due. Any number of replicas may do this at once: the ledger gives each connection to one of them.
 * A slow provider keeps its own slots busy and doesn't hold up the next round.
 */
@Injectable()
export class Scheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('scheduler');
  private readonly inFlight = new Set<Promise<void>>();
  private stopping = false;

  constructor(
    private readonly ticks: Ticks,
    private readonly ledger: RefreshLedger,
    private readonly refresher: Refresher,
    private readonly spool: AnswerSpool,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks.start({
      name: 'rotation',
      everyMs: this.settings.CREDENTIALS_SCHEDULER_INTERVAL_MS,
      work: () => this.round(),
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await Promise.allSettled(this.inFlight);
  }

  private async round(): Promise<void> {
    await this.spool.replay();
    for (const lease of await this.ledger.claimAbandoned(this.settings.CREDENTIALS_SCHEDULER_SLOTS)) {
      this.begin(() => this.refresher.resume(lease));
    }
    for (const lease of await this.ledger.claimProbes()) this.begin(() => this.refresher.perform(lease));
    let free = this.freeSlots();
    while (free > 0 && !this.stopping) {
      const leases = await this.ledger.claimDue(free);
      for (const lease of leases) this.begin(() => this.refresher.perform(lease));
      if (leases.length < free) return;
      free = this.freeSlots();
    }
  }

  private freeSlots(): number {
    return this.settings.CREDENTIALS_SCHEDULER_SLOTS - this.inFlight.size;
  }

  private begin(work: () => Promise<void>): void {
    const job: Promise<void> = work()
      .catch((error: unknown) => this.logger.error({ event: 'refresh_not_settled', err: error }))
      .finally(() => this.inFlight.delete(job));
    this.inFlight.add(job);
  }
}
