import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Egress } from '@lockkeeper/egress';
import { AuthorizationModule } from '../authorization/authorization.module.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { NoticeClaims } from './notice-claims.js';
import { NoticeLinks } from './notice-links.js';
import { NoticeSender } from './notice-sender.js';
import { NoticeWebhook } from './notice-webhook.js';
import { NoticesModule } from './notices.module.js';

const POST_TIMEOUT_MS = 15_000;

const egress = ({ EGRESS_ALLOWED_NETWORKS: allowedNetworks }: Settings): Egress =>
  new Egress({ allowedNetworks, timeoutMs: POST_TIMEOUT_MS });

/** Apart from the notices themselves: a consent closes notices, and sending one needs a link to a consent. */
@Module({
  imports: [NoticesModule, AuthorizationModule, ConnectionsModule],
  providers: [
    { provide: Egress, useFactory: egress, inject: [SETTINGS] },
    NoticeLinks,
    NoticeWebhook,
    NoticeClaims,
    NoticeSender,
  ],
})
export class NoticeSendingModule implements OnApplicationShutdown {
  constructor(@Inject(Egress) private readonly egress: Egress) {}

  async onApplicationShutdown(): Promise<void> {
    await this.egress.close();
  }
}
