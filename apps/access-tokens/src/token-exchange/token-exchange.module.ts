import { Module } from '@nestjs/common';
import { AccessTokensModule } from '../access-tokens/access-tokens.module.js';
import { ExposuresModule } from '../exposures/exposures.module.js';
import { ClientCredentials } from './client-credentials.js';
import { ServerMetadataController } from './server-metadata.controller.js';
import { TokenExchangeController } from './token-exchange.controller.js';
import { TokenExchange } from './token-exchange.js';

@Module({
  imports: [AccessTokensModule, ExposuresModule],
  controllers: [TokenExchangeController, ServerMetadataController],
  providers: [ClientCredentials, TokenExchange],
})
export class TokenExchangeModule {}
