import { type BeforeApplicationShutdown, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { runAs } from '@lockkeeper/observability';
import type { AuditHeads } from './audit-heads.js';
import type { AuditSealer } from './audit-sealer.js';
import type { AuditStanding } from './audit-standing.js';
import type { ChainWatch } from './chain-watch.js';

const ROUND_MS = 1000;
const LOOK_MS = 5000;
const HEAD_SECONDS = 60;

/** Never two at once, and stopping waits for the one that runs. */
class Rounds {
  private readonly logger = new Logger('audit');
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private faults = '';

  constructor(private readonly work: () => Promise<void>) {}

  /** The first one at once. */
  start(everyMs: number): void {
    const next = (): void => void (this.running ??= this.round());
    next();
    this.timer = setInterval(next, everyMs);
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.running;
  }

  private async round(): Promise<void> {
    try {
      await runAs('system', this.work);
      this.faults = '';
    } catch (error) {
      this.warnOnce(error);
    } finally {
      this.running = null;
    }
  }

  /** NATS or PostgreSQL may be away for hours: that is told once, not each second. */
  private warnOnce(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason !== this.faults) this.logger.warn({ event: 'audit_round_failed', reason });
    this.faults = reason;
  }
}

/** Chains, signs, publishes and looks again in the background. Being late by a round or many costs nothing: entries wait in the database. */
export class AuditSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sealing: Rounds;
  /** Apart, since sealing mustn't wait for it, and it mustn't rest while NATS takes no heads. */
  private readonly looking: Rounds;

  constructor(sealer: AuditSealer, heads: AuditHeads, standing: AuditStanding, watch: ChainWatch) {
    this.sealing = new Rounds(async () => {
      await standing.lookAgain();
      await sealer.sealWhatIsDue();
      await heads.advance(HEAD_SECONDS);
    });
    this.looking = new Rounds(() => watch.look());
  }

  onApplicationBootstrap(): void {
    this.sealing.start(ROUND_MS);
    this.looking.start(LOOK_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.sealing.stop(), this.looking.stop()]);
  }
}
