import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Ticks } from '../schedule/ticks.js';
import { Retirement } from './retirement.js';
import { Revoker } from './revoker.js';

const WORK_MS = 1000;
const TIDY_MS = 10_000;

@Injectable()
export class RevocationSchedule implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly revoker: Revoker,
    private readonly retirement: Retirement,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks.start({ name: 'revocation', everyMs: WORK_MS, work: () => this.revoker.work() });
    this.ticks.start({ name: 'retired-secrets', everyMs: TIDY_MS, work: () => this.retirement.eraseSecrets() });
  }
}
