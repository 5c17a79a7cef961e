import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { type Belonging, Connections } from '../connections/connections.js';
import { AuthorizationLinks, type LinkVisit } from './authorization-links.js';
import { CodeDeparture } from './code-departure.js';
import { DeviceConsent } from './device-consent.js';
import { GrantReceipt } from './grant-receipt.js';
import type { BindingCookie } from './ticket.js';

export interface ConsentStart {
  /** The provider's authorization endpoint, with everything that it needs to know; or our own page with a code to type. */
  location: string;
  cookie: BindingCookie;
}

/** A link is used up, and its browser sent on: by the grant of its API service. */
@Injectable()
export class Departure {
  constructor(
    private readonly links: AuthorizationLinks,
    private readonly receipt: GrantReceipt,
    private readonly connections: Connections,
    private readonly codes: CodeDeparture,
    private readonly devices: DeviceConsent,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Uses the link up. @throws LinkSpent, LinkOpenedElsewhere, TokenFault */
  async begin(visit: LinkVisit): Promise<ConsentStart> {
    const { connectionId, returnUrl } = await this.receipt.telling(() => this.links.use(visit));
    const belonging = await this.connections.get(connectionId);
    if (belonging.apiService.manifest.grant === 'device_code') return this.toDevice(belonging, returnUrl);
    return this.codes.begin(belonging, returnUrl);
  }

  private async toDevice(belonging: Belonging, returnUrl: string | null): Promise<ConsentStart> {
    const { handle, cookie } = await this.devices.begin(belonging, returnUrl);
    return { location: `${this.settings.CREDENTIALS_PUBLIC_URL}/device/${handle}`, cookie };
  }
}
