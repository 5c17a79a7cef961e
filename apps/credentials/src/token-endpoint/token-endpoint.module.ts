import { Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Egress } from '@lockkeeper/egress';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { TokenEndpoint } from './token-endpoint.js';

/** Well before any server gives an idle connection up: gunicorn does so after 2 s, most of the others after 5 and more. */
const KEPT_IDLE_MS = 1000;

@Module({
  providers: [
    {
      provide: Egress,
      inject: [SETTINGS],
      useFactory: (settings: Settings) =>
        new Egress({
          allowedNetworks: settings.EGRESS_ALLOWED_NETWORKS,
          timeoutMs: settings.CREDENTIALS_PROVIDER_TIMEOUT_SECONDS * 1000,
          keptIdleMs: KEPT_IDLE_MS,
        }),
    },
    TokenEndpoint,
  ],
  exports: [TokenEndpoint],
})
export class TokenEndpointModule implements OnApplicationShutdown {
  constructor(private readonly egress: Egress) {}

  /** Requests under way are waited for: an answer that comes now may hold the only copy of a refresh token. */
  async onApplicationShutdown(): Promise<void> {
    await this.egress.close();
  }
}
