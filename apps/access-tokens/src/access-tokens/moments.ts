import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { DatabaseClock } from '@lockkeeper/database';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import type { Moment } from './freshness.js';

const COMPARED_EVERY_MS = 10_000;

/**
 * When tokens are weighed: by the database's clock, so that no replica hands out a dead token, or withholds a living one, because its own
 * machine's clock is minutes off. While the database is away the last comparison stands.
 */
@Injectable()
export class Moments implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('clock');
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly clock: DatabaseClock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Before the first reader comes. */
  async onModuleInit(): Promise<void> {
    await this.clock.synchronise();
    this.timer = setInterval(() => void this.compare(), COMPARED_EVERY_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** What lives no longer than until then counts as dead: milliseconds since 1970. */
  deathLine(): number {
    return this.clock.nowMs() + this.settings.ACCESS_TOKENS_CLOCK_MARGIN_SECONDS * 1000;
  }

  now(): Moment {
    return { now: this.clock.now(), marginSeconds: this.settings.ACCESS_TOKENS_CLOCK_MARGIN_SECONDS };
  }

  private async compare(): Promise<void> {
    await this.clock.synchronise().catch((error: unknown) => {
      this.logger.warn({ event: 'clock_not_compared', err: error });
    });
  }
}
