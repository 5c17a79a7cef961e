import { Module } from '@nestjs/common';
import { ApiServicesModule } from '../api-services/api-services.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { TokenEndpointModule } from '../token-endpoint/token-endpoint.module.js';
import { ClientTrials } from './client-trials.js';
import { SecondSecrets } from './second-secrets.js';

@Module({
  imports: [ApiServicesModule, ConnectionsModule, TokenEndpointModule],
  providers: [ClientTrials, SecondSecrets],
  exports: [ClientTrials, SecondSecrets],
})
export class ClientTrialsModule {}
