import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Egress } from '@lockkeeper/egress';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { ConsumersModule } from '../consumers/consumers.module.js';
import { EventsModule } from '../events/events.module.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveryClaims } from './delivery-claims.js';
import { DeliveryLog } from './delivery-log.js';
import { Dispatcher } from './dispatcher.js';
import { Webhooks } from './webhooks.js';
import { WebhooksController } from './webhooks.controller.js';

const egress = ({ EGRESS_ALLOWED_NETWORKS: allowedNetworks, ACCESS_TOKENS_WEBHOOK_SECONDS: seconds }: Settings) =>
  new Egress({ allowedNetworks, timeoutMs: seconds * 1000, silenceTimeoutMs: seconds * 1000 });

@Module({
  imports: [ConsumersModule, EventsModule],
  controllers: [WebhooksController, DeliveriesController],
  providers: [
    { provide: Egress, useFactory: egress, inject: [SETTINGS] },
    Webhooks,
    DeliveryClaims,
    DeliveryLog,
    Dispatcher,
  ],
})
export class WebhooksModule implements OnApplicationShutdown {
  constructor(@Inject(Egress) private readonly egress: Egress) {}

  async onApplicationShutdown(): Promise<void> {
    await this.egress.close();
  }
}
