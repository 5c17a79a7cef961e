import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Egress } from '@lockkeeper/egress';
import { AccessTokensModule } from '../access-tokens/access-tokens.module.js';
import { CommandsModule } from '../commands/commands.module.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { ApiCalls } from './api-calls.js';
import { CallSender } from './call-sender.js';
import { CallSlots } from './call-slots.js';
import { CallTraces } from './call-traces.js';
import { CallsController } from './calls.controller.js';
import { HotCalls } from './hot-calls.js';
import { JsonSearch } from './json-search.js';
import { ProxiedCalls } from './proxied-calls.js';
import { ProxyController } from './proxy.controller.js';
import { Renewals } from './renewals.js';
import { RequestsController } from './requests.controller.js';
import { Requests } from './requests.js';

const MEGABYTE = 1_048_576;

const egress = (settings: Settings): Egress =>
  new Egress({
    allowedNetworks: settings.EGRESS_ALLOWED_NETWORKS,
    timeoutMs: settings.ACCESS_TOKENS_CALL_SECONDS * 1000,
    silenceTimeoutMs: settings.ACCESS_TOKENS_CALL_SECONDS * 1000,
    maxResponseBytes: settings.ACCESS_TOKENS_CALL_MEGABYTES * MEGABYTE,
  });

@Module({
  imports: [AccessTokensModule, CommandsModule],
  controllers: [ProxyController, RequestsController, CallsController],
  providers: [
    { provide: Egress, useFactory: egress, inject: [SETTINGS] },
    ApiCalls,
    Renewals,
    CallSender,
    CallSlots,
    CallTraces,
    ProxiedCalls,
    HotCalls,
    JsonSearch,
    Requests,
  ],
})
export class ProxyModule implements OnApplicationShutdown {
  constructor(@Inject(Egress) private readonly egress: Egress) {}

  async onApplicationShutdown(): Promise<void> {
    await this.egress.close();
  }
}
