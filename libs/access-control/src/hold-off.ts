import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { TooManyRefusedKeys } from './access.errors.js';
import { neighbourhood } from './rates.js';

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3600;
const LONGEST_SECONDS = 300;

/**
 * Back-off for addresses whose keys are refused: guessing a key is hopeless, but each guess would cost a query and a line of the audit log.
 * After the free ones, the first costs a second's wait, and each further one twice as much, up to five minutes.
 */
export class HoldOff {
  private readonly recent: RateLimiterMemory;
  private readonly excess = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: HOUR_SECONDS });

  constructor(private readonly freePerMinute: number) {
    this.recent = new RateLimiterMemory({ points: freePerMinute, duration: MINUTE_SECONDS });
  }

  async refused(address: string | null): Promise<void> {
    const name = neighbourhood(address);
    const { consumedPoints } = await this.recent.penalty(name);
    if (consumedPoints <= this.freePerMinute) return;
    const { consumedPoints: times } = await this.excess.penalty(name);
    await this.recent.block(name, Math.min(2 ** (times - 1), LONGEST_SECONDS));
  }

  /** @throws TooManyRefusedKeys */
  async assertOver(address: string | null): Promise<void> {
    const spent: RateLimiterRes | null = await this.recent.get(neighbourhood(address));
    if (spent && spent.consumedPoints > this.freePerMinute) throw new TooManyRefusedKeys(spent.msBeforeNext / 1000);
  }
}
