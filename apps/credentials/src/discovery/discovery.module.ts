import { Module } from '@nestjs/common';
import { PublicationModule } from '../publication/publication.module.js';
import { TokenEndpointModule } from '../token-endpoint/token-endpoint.module.js';
import { DiscoveryController } from './discovery.controller.js';
import { Discovery } from './discovery.js';
import { EndpointConsent } from './endpoint-consent.js';
import { IssuerWatch } from './issuer-watch.js';
import { PinnedController } from './pinned.controller.js';
import { PinnedIssuers } from './pinned-issuers.js';

@Module({
  imports: [PublicationModule, TokenEndpointModule],
  controllers: [DiscoveryController, PinnedController],
  providers: [Discovery, EndpointConsent, IssuerWatch, PinnedIssuers],
  exports: [Discovery, PinnedIssuers],
})
export class DiscoveryModule {}
