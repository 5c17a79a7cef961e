import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { TooManyCalls } from './proxy.errors.js';

export interface SlotHolders {
  consumerId: string;
  connectionId: string;
}

type Limits = Pick<Settings, 'ACCESS_TOKENS_CALLS_PER_CONSUMER' | 'ACCESS_TOKENS_CALLS_PER_CONNECTION'>;

/** How many calls each consumer and each connection has under way in this replica: no one of them can take all that there is. */
@Injectable()
export class CallSlots {
  private readonly taken = new Map<string, number>();

  constructor(@Inject(SETTINGS) private readonly limits: Limits) {}

  /** @returns gives both back, once however often it is called. @throws TooManyCalls, and nothing is taken */
  take({ consumerId, connectionId }: SlotHolders): () => void {
    const { ACCESS_TOKENS_CALLS_PER_CONSUMER: ofConsumer, ACCESS_TOKENS_CALLS_PER_CONNECTION: ofConnection } =
      this.limits;
    if (this.count(consumerId) >= ofConsumer) throw new TooManyCalls('consumer', ofConsumer);
    if (this.count(connectionId) >= ofConnection) throw new TooManyCalls('connection', ofConnection);
    const holders = new Set([consumerId, connectionId]);
    for (const holder of holders) this.taken.set(holder, this.count(holder) + 1);
    return () => {
      for (const holder of holders) this.giveBack(holder);
      holders.clear();
    };
  }

  private count(holder: string): number {
    return this.taken.get(holder) ?? 0;
  }

  private giveBack(holder: string): void {
    const left = this.count(holder) - 1;
    if (left > 0) this.taken.set(holder, left);
    else this.taken.delete(holder);
  }
}
