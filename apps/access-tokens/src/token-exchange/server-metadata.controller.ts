import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '@lockkeeper/doors';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { TOKEN_EXCHANGE } from './exchange-request.js';
import { ServerMetadata } from './token-exchange.dto.js';

/** For OAuth clients that are given an issuer and look for the rest by themselves (RFC 8414). */
@ApiTags('tokens')
@Controller('.well-known')
@Public()
export class ServerMetadataController {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  @Get('oauth-authorization-server')
  @ApiOperation({ summary: 'What an OAuth client has to know of `POST /oauth/token` (RFC 8414).' })
  @ApiOkResponse({ type: ServerMetadata })
  metadata(): ServerMetadata {
    const issuer = this.settings.ACCESS_TOKENS_PUBLIC_URL;
    return {
      issuer,
      token_endpoint: `${issuer}/oauth/token`,
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      grant_types_supported: [TOKEN_EXCHANGE],
      // There is nothing here that a browser could be sent to.
      response_types_supported: [],
      service_documentation: `${issuer}/docs`,
    };
  }
}
