import { Module } from '@nestjs/common';
import { ApiServicesModule } from '../api-services/api-services.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { TokenEndpointModule } from '../token-endpoint/token-endpoint.module.js';
import { ClientTrials } from './client-trials.js';
import { SecretLending } from './secret-lending.js';

@Module({
  imports: [ApiServicesModule, ConnectionsModule, TokenEndpointModule],
  providers: [ClientTrials, SecretLending],
  exports: [ClientTrials, SecretLending],
})
export class ClientTrialsModule {}
