import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Ticks } from '../schedule/ticks.js';
import { CertificateWatch } from './certificate-watch.js';
import { ClientSecrets } from './client-secrets.js';

const TIDY_MS = 60_000;
const LOOK_MS = 5_000;

/** Former secrets go when their time is over; certificates are watched before theirs is. */
@Injectable()
export class ApiServicesSchedule implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly secrets: ClientSecrets,
    private readonly certificates: CertificateWatch,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks.start({ name: 'former-secrets', everyMs: TIDY_MS, work: () => this.secrets.eraseOverdue() });
    this.ticks.start({ name: 'certificate-ends', everyMs: LOOK_MS, work: () => this.certificates.warn() });
    this.certificates.measure();
  }
}
