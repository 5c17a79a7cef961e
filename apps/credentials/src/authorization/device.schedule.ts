import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { Ticks } from '../schedule/ticks.js';
import { DeviceAuthorizations } from './device-authorizations.js';
import { DeviceConsent } from './device-consent.js';

const AT_ONCE = 20;

/** Polls what is due. Any number of replicas may: the lease gives each device code to one of them. */
@Injectable()
export class DeviceSchedule implements OnApplicationBootstrap {
  private readonly logger = new Logger('device-polls');

  constructor(
    private readonly ticks: Ticks,
    private readonly devices: DeviceAuthorizations,
    private readonly consent: DeviceConsent,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    const everyMs = this.settings.CREDENTIALS_SCHEDULER_INTERVAL_MS;
    this.ticks.start({ name: 'device-polls', everyMs, work: () => this.round() });
  }

  private async round(): Promise<void> {
    for (const lapsed of await this.devices.claimLapsed()) await this.consent.expired(lapsed);
    const due = await this.devices.claimDue(AT_ONCE);
    await Promise.all(
      due.map((one) =>
        this.consent.poll(one).catch((error: unknown) => {
          this.logger.error({ event: 'device_poll_failed', connectionId: one.connectionId, err: error });
        }),
      ),
    );
  }
}
