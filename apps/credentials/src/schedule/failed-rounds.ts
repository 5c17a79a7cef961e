import { Logger } from '@nestjs/common';
import { metrics } from '@lockkeeper/observability';
import { Counter } from 'prom-client';

const REMIND_MS = 10 * 60_000;

const failedRounds = new Counter({
  name: 'lockkeeper_failed_rounds_total',
  help: 'Rounds of repeated work that failed, by what was to be done.',
  labelNames: ['tick'],
  registers: [metrics],
});

interface Streak {
  since: Date;
  times: number;
  reason: string;
  toldAt: number;
}

/**
 * Rounds come every second or more often, and what fails one fails the next: told when it begins, when it fails for another reason, every ten
 * minutes, and when it is over. Each is counted.
 */
export class FailedRounds {
  private readonly streaks = new Map<string, Streak>();

  constructor(private readonly logger: Pick<Logger, 'error' | 'log'> = new Logger('schedule')) {}

  failed(tick: string, error: unknown): void {
    failedRounds.inc({ tick });
    const now = performance.now();
    const reason = error instanceof Error ? error.message : String(error);
    const before = this.streaks.get(tick);
    const told = before !== undefined && before.reason === reason && now - before.toldAt < REMIND_MS;
    const times = (before?.times ?? 0) + 1;
    this.streaks.set(tick, {
      since: before?.since ?? new Date(),
      times,
      reason,
      toldAt: told ? before.toldAt : now,
    });
    if (!told) this.logger.error({ event: 'tick_failed', tick, times, err: error });
  }

  /** As `failed`, where somebody else tells what is the matter. */
  rested(tick: string): void {
    failedRounds.inc({ tick });
  }

  succeeded(tick: string): void {
    const streak = this.streaks.get(tick);
    if (!streak) return;
    this.streaks.delete(tick);
    this.logger.log({ event: 'tick_recovered', tick, times: streak.times, since: streak.since.toISOString() });
  }
}
