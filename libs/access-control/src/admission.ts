import type { KeyUses } from './key-uses.js';
import { type Principal, actorOf } from './principal.js';
import type { CallRates } from './rates.js';

/** What every caller passes once it is known, whichever way it came in: it doesn't ask too much, and its key's use is written down. */
export class Admission {
  constructor(
    private readonly rates: CallRates,
    private readonly uses: KeyUses,
  ) {}

  /** @throws TooManyRequests, and what keeps a use from being written down */
  async admit(principal: Principal, sourceAddress: string | null): Promise<void> {
    this.rates.admit(actorOf(principal));
    await this.uses.note(principal, sourceAddress);
  }

  /** The same without waiting: false where there is something to wait for, or to refuse, and then nothing was done that `admit` needs. */
  admitsAtOnce(principal: Principal, sourceAddress: string | null): boolean {
    return this.uses.isNoted(principal, sourceAddress) && this.rates.admits(actorOf(principal));
  }
}
