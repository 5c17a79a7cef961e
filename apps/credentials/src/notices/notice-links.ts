import { Inject, Injectable } from '@nestjs/common';
import { AuthorizationLinks } from '../authorization/authorization-links.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import type { MendingLink } from './notice-message.js';

/** Who asks, and the link by which a connection is mended: drawn anew for each attempt, because only its hash is kept. */
@Injectable()
export class NoticeLinks {
  constructor(
    private readonly links: AuthorizationLinks,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws ApiServiceNotFound, NoConsentNeeded: no link mends it */
  async said({ connectionId }: { connectionId: string }): Promise<{ organisation: string; link: MendingLink }> {
    const { CREDENTIALS_NOTICE_LINK_HOURS: hours, CREDENTIALS_ORGANISATION_NAME: organisation } = this.settings;
    return { organisation, link: await this.links.issue(connectionId, { ttlSeconds: hours * 3600 }) };
  }
}
