import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { Ticks } from '../schedule/ticks.js';
import { StrayGrants } from '../revocation/stray-grants.js';
import { RefreshLedger } from './refresh-ledger.js';

const TIDY_MS = 10_000;
const BATCH = 1000;
/** A round's share: a ledger that was left alone for a year shrinks over hours, beside everything else. */
const MOST_BATCHES = 5;

/** The ledger is for what is under way, and for people who ask what happened; what is older than they ask for goes, little by little. */
@Injectable()
export class LedgerSchedule implements OnApplicationBootstrap {
  private readonly logger = new Logger('rotation');

  constructor(
    private readonly ticks: Ticks,
    private readonly ledger: RefreshLedger,
    private readonly strays: StrayGrants,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks.start({ name: 'old-refreshes', everyMs: TIDY_MS, work: () => this.tidy() });
  }

  private async tidy(): Promise<void> {
    await this.strays.tidy(this.settings.CREDENTIALS_LEDGER_DAYS);
    let removed = 0;
    for (let batch = 0; batch < MOST_BATCHES; batch += 1) {
      const went = await this.ledger.tidy(this.settings.CREDENTIALS_LEDGER_DAYS, BATCH);
      removed += went;
      if (went < BATCH) break;
    }
    if (removed > 0) this.logger.log({ event: 'ledger_tidied', removed });
  }
}
