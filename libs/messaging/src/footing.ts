import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { reasonOf } from './dead-letters.js';

const ASKED_EVERY_MS = 500;

/** What handlers stand on, a database for one: whether it is there, and when it is back. One question at a time, however many wait for it. */
export class Footing {
  private readonly logger = new Logger('messaging');
  private asking: Promise<boolean> | null = null;

  /** @param ask rejects while it is away */
  constructor(
    private readonly ask: () => Promise<unknown>,
    private readonly stopped: AbortSignal,
  ) {}

  /** @returns false if it is there, and what failed has another reason, or if it is stopped; true once it is back */
  wasAway(): Promise<boolean> {
    this.asking ??= this.untilBack().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  private async untilBack(): Promise<boolean> {
    let trouble = await this.trouble();
    if (trouble === null) return false;
    this.logger.warn({ event: 'messages_held', reason: reasonOf(trouble) });
    while (trouble !== null) {
      if (this.stopped.aborted) return false;
      await delay(ASKED_EVERY_MS, undefined, { signal: this.stopped }).catch(() => undefined); // stopping ends the pause
      trouble = await this.trouble();
    }
    this.logger.log({ event: 'messages_go_on' });
    return true;
  }

  private async trouble(): Promise<unknown> {
    try {
      await this.ask();
      return null;
    } catch (error) {
      return error ?? new Error('no reason');
    }
  }
}
