import { type BeforeApplicationShutdown, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { runAs } from '@lockkeeper/observability';
import type { AuditHeads } from './audit-heads.js';
import type { AuditSealer } from './audit-sealer.js';
import type { AuditStanding } from './audit-standing.js';

const ROUND_MS = 1000;
const HEAD_SECONDS = 60;

/** Chains, signs and publishes in the background. Being late by a round or many costs nothing: entries wait in the database. */
export class AuditSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('audit');
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private faults = '';

  constructor(
    private readonly sealer: AuditSealer,
    private readonly heads: AuditHeads,
    private readonly standing: AuditStanding,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!(await this.heads.stillHolds())) this.logger.error({ event: 'audit_chain_broken' });
    this.timer = setInterval(() => void (this.running ??= this.round()), ROUND_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.running;
  }

  private async round(): Promise<void> {
    try {
      await runAs('system', async () => {
        await this.standing.lookAgain();
        await this.sealer.sealWhatIsDue();
        await this.heads.advance(HEAD_SECONDS);
      });
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
