import { Body, Controller, Header, Headers, HttpCode, HttpStatus, Post, Req, UseFilters } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { actorOf } from '@lockkeeper/access-control';
import { Public } from '@lockkeeper/doors';
import type { FastifyRequest } from 'fastify';
import { ClientCredentials } from './client-credentials.js';
import { CONNECTION_TYPE, type Form, USER_TYPE, readExchange } from './exchange-request.js';
import { ExchangeAnswer, ExchangeForm } from './token-exchange.dto.js';
import { TokenExchangeFilter } from './token-exchange.filter.js';
import { TokenExchange } from './token-exchange.js';

/** Authenticates its callers by itself, in OAuth's ways. */
@ApiTags('tokens')
@Controller('oauth')
@Public()
@UseFilters(new TokenExchangeFilter())
export class TokenExchangeController {
  constructor(
    private readonly clients: ClientCredentials,
    private readonly tokens: TokenExchange,
  ) {}

  @Post('token')
  @HttpCode(HttpStatus.OK)
  @Header('cache-control', 'no-store')
  @Header('pragma', 'no-cache')
  @ApiOperation({
    summary: 'A living access token, for any OAuth client (RFC 8693 token exchange).',
    description: `The client is a consumer: its id and one of its keys, by Basic or in the body, or the key as a bearer token;
or it comes with an access token of the organisation’s issuer, as a bearer token or as \`client_assertion\`.
\`subject_token\` names the connection: its id (\`${CONNECTION_TYPE}\`), or the user's id (\`${USER_TYPE}\`) with the API service as \`audience\` or
\`resource\`. \`requested_token_type\` names one of several tokens. What comes is what GET /v1/tokens/:apiService/:user hands out, and counts as exposure alike.`,
  })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ type: ExchangeForm })
  @ApiOkResponse({ type: ExchangeAnswer })
  @ApiResponse({
    status: 400,
    description: '`invalid_request`, `invalid_target`, `invalid_scope`, `unsupported_grant_type`',
  })
  @ApiResponse({ status: 401, description: '`invalid_client`' })
  @ApiResponse({ status: 503, description: '`temporarily_unavailable`: ask again after `Retry-After`' })
  async exchange(
    @Body() form: Form | undefined,
    @Headers('authorization') authorization: string | undefined,
    @Req() request: FastifyRequest,
  ): Promise<ExchangeAnswer> {
    const client = await this.clients.authenticated(request.lockkeeper, authorization, form ?? {});
    request.lockkeeper.actor = actorOf(client);
    const wanted = readExchange(form ?? {});
    return ExchangeAnswer.of(await this.tokens.exchange(client, wanted), wanted.token);
  }
}
