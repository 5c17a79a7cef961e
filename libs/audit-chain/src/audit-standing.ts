import { Logger } from '@nestjs/common';
import type { HealthReport } from '@lockkeeper/observability';
import type { DataSource } from 'typeorm';
import { AuditLog } from './audit-log.js';
import { AuditUnavailable } from './audit-probe.js';

/** Asking costs an entry that is taken back: who watches the workspace needn't make it write each second. */
const KNOWN_FOR_MS = 10_000;
const REMIND_MS = 10 * 60_000;

class TakenBack extends Error {}

interface Closed {
  since: Date;
  /** In PostgreSQL's words. */
  reason: string;
  toldAt: number;
}

/**
 * Whether the audit log takes entries, as far as this process knows. Nothing is decided by it: each deed finds out for itself. It is what people
 * are told: once when the log closes, once when it is open again, and by `/health/ready` in between.
 */
export class AuditStanding {
  private readonly logger = new Logger('audit');
  private closed: Closed | null = null;
  private lookedAt = -Infinity;
  private looking: Promise<boolean> | null = null;

  /** @param rests what this workspace doesn't do meanwhile, as a sentence's beginning */
  constructor(
    private readonly dataSource: DataSource,
    private readonly rests: string,
  ) {}

  async report(): Promise<HealthReport> {
    if (performance.now() - this.lookedAt > KNOWN_FOR_MS) await this.takesEntries();
    if (this.closed === null) return { state: 'up' };
    return {
      state: 'degraded',
      detail:
        `${this.rests} since ${this.closed.since.toISOString()}: the audit log takes no entries. The log line audit_log_closed has what PostgreSQL says ` +
        'about it: give audit_log room on its disk, or the workspace’s role its right to add to it. All goes on by itself then.',
    };
  }

  /** For a round that goes on for ever: sees the end, and reminds now and then. */
  async lookAgain(): Promise<void> {
    if (this.closed !== null) await this.takesEntries();
  }

  /** Somebody was refused. Looks for itself, since an entry can also be refused for what is in it. */
  doubt(): void {
    void this.takesEntries();
  }

  /** Looks. What the database can't say just now is what it said last. */
  takesEntries(): Promise<boolean> {
    this.looking ??= this.look().finally(() => {
      this.lookedAt = performance.now();
      this.looking = null;
    });
    return this.looking;
  }

  private async look(): Promise<boolean> {
    try {
      await this.dataSource.transaction(async (manager) => {
        await new AuditLog(this.dataSource).append(PROBE, manager);
        throw new TakenBack();
      });
    } catch (error) {
      if (error instanceof TakenBack) this.open();
      else if (error instanceof AuditUnavailable) this.close(error);
    }
    return this.closed === null;
  }

  private open(): void {
    if (this.closed !== null)
      this.logger.log({ event: 'audit_log_open', closedSince: this.closed.since.toISOString() });
    this.closed = null;
  }

  private close({ cause }: AuditUnavailable): void {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const now = performance.now();
    const told = this.closed !== null && this.closed.reason === reason && now - this.closed.toldAt < REMIND_MS;
    this.closed = { since: this.closed?.since ?? new Date(), reason, toldAt: told ? this.closed!.toldAt : now };
    if (told) return;
    const since = this.closed.since.toISOString();
    this.logger.error({ event: 'audit_log_closed', since, reason, detail: `${this.rests} meanwhile.` });
  }
}

const PROBE = { action: 'audit.probed', objectType: 'audit', objectId: 'log' };
