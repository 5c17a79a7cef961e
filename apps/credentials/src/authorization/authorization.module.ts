import { Module } from '@nestjs/common';
import { ApiServicesModule } from '../api-services/api-services.module.js';
import { ClientTrialsModule } from '../client-trials/client-trials.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { LostAnswers } from './lost-answers.js';
import { PagesModule } from '../pages/pages.module.js';
import { NoticesModule } from '../notices/notices.module.js';
import { RevocationModule } from '../revocation/revocation.module.js';
import { TokenEndpointModule } from '../token-endpoint/token-endpoint.module.js';
import { AuthorizationFlows } from './authorization-flows.js';
import { AuthorizationLinksController } from './authorization-links.controller.js';
import { AuthorizationLinks } from './authorization-links.js';
import { AuthorizationSchedule } from './authorization.schedule.js';
import { BrowserController } from './browser.controller.js';
import { CallbackController } from './callback.controller.js';
import { CodeDeparture } from './code-departure.js';
import { Consent } from './consent.js';
import { Departure } from './departure.js';
import { DeviceAuthorizations } from './device-authorizations.js';
import { DeviceConsent } from './device-consent.js';
import { DevicePageController } from './device-page.controller.js';
import { DeviceSchedule } from './device.schedule.js';
import { DevicesController } from './devices.controller.js';
import { FillingIn } from './filling-in.js';
import { GrantReceipt } from './grant-receipt.js';
import { Invitations } from './invitations.js';

@Module({
  imports: [
    ApiServicesModule,
    ClientTrialsModule,
    ConnectionsModule,
    NoticesModule,
    PagesModule,
    RevocationModule,
    TokenEndpointModule,
  ],
  controllers: [
    AuthorizationLinksController,
    DevicesController,
    BrowserController,
    CallbackController,
    DevicePageController,
  ],
  providers: [
    AuthorizationLinks,
    AuthorizationFlows,
    FillingIn,
    CodeDeparture,
    DeviceAuthorizations,
    DeviceConsent,
    DeviceSchedule,
    Departure,
    Invitations,
    LostAnswers,
    Consent,
    GrantReceipt,
    AuthorizationSchedule,
  ],
  exports: [AuthorizationLinks],
})
export class AuthorizationModule {}
