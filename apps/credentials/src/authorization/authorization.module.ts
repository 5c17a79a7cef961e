import { Module } from '@nestjs/common';
import { ApiServicesModule } from '../api-services/api-services.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { NoticesModule } from '../notices/notices.module.js';
import { RevocationModule } from '../revocation/revocation.module.js';
import { TokenEndpointModule } from '../token-endpoint/token-endpoint.module.js';
import { AuthorizationFlows } from './authorization-flows.js';
import { AuthorizationLinksController } from './authorization-links.controller.js';
import { AuthorizationLinks } from './authorization-links.js';
import { AuthorizationSchedule } from './authorization.schedule.js';
import { BrowserController } from './browser.controller.js';
import { Consent } from './consent.js';
import { GrantReceipt } from './grant-receipt.js';

@Module({
  imports: [ApiServicesModule, ConnectionsModule, NoticesModule, RevocationModule, TokenEndpointModule],
  controllers: [AuthorizationLinksController, BrowserController],
  providers: [AuthorizationLinks, AuthorizationFlows, Consent, GrantReceipt, AuthorizationSchedule],
})
export class AuthorizationModule {}
