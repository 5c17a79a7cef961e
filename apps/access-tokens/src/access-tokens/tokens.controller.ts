import { Controller, Get, Header, Param, Query, UseInterceptors } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Caller, type Principal } from '@lockkeeper/access-control';
import { Allow, ApiProblems } from '@lockkeeper/doors';
import { ADMIN, AUDITOR, CONSUMER } from '../access/roles.js';
import { ConnectionPath } from '../consumers/connection-path.dto.js';
import { EntitledConnections } from '../consumers/entitled-connections.js';
import { Exposures } from '../exposures/exposures.js';
import { OpenedConnections } from '../intake/opened-connections.js';
import { Handover } from './handover.js';
import { type HandedToken, TokenReader } from './token-reader.js';
import { DemandQuery, TokenListQuery, TokenPage, TokenStateView, TokenView } from './tokens.dto.js';

const READ_DESCRIPTION = `Only for consumers, and only what their entitlements cover: admins and auditors can't read tokens.

The token is never an expired one, nor one that dies within the next two seconds. If what is held is expired, or short of \`minTtlSeconds\`
or \`minVersion\`, credentials is asked once for a newer one, which is waited for (10 seconds by default); then comes the token, or the reason.

- A token whose lifetime is unknown (\`expiresAt: null\`) meets every \`minTtlSeconds\`.
- \`minTtlSeconds\` beyond the whole life of such tokens can't be met by any refresh: it counts as half of that life. Look at \`expiresAt\`.
- A token that was just refreshed for you is handed out whatever life it has.
- \`token\` names one of several tokens, where a provider gives a user’s besides a bot’s. One version counts all tokens of a connection.
- \`minVersion\` two or more above the version held causes no refresh: that version exists already and is waited for, or it doesn't.`;

@ApiTags('tokens')
@ApiBearerAuth()
@Controller('v1/tokens')
export class TokensController {
  constructor(
    private readonly reader: TokenReader,
    private readonly connections: EntitledConnections,
    private readonly exposures: Exposures,
    private readonly opened: OpenedConnections,
  ) {}

  @Get()
  @Allow(CONSUMER, ADMIN, AUDITOR)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'What there is to read: states, versions and expiry, without the tokens.',
    description:
      'A consumer sees what it is entitled to; admins and auditors see everything. Next page: `after` the last `connectionId`.',
  })
  @ApiOkResponse({ type: TokenPage })
  @ApiProblems({ 400: '`input_invalid`', 401: '`key_required`', 403: '`role_refused`' })
  async list(@Query() query: TokenListQuery, @Caller() caller: Principal): Promise<TokenPage> {
    const held = await this.connections.list(caller, query);
    // Who else reads a token is nothing that a consumer has to know.
    const reads = await this.exposures.lastOf(caller.role === CONSUMER ? [] : held.map(({ id }) => id));
    const items = held.map((connection) =>
      TokenStateView.of(connection, { lastRead: reads.get(connection.id), named: this.opened.named(connection) }),
    );
    return { items };
  }

  @Get(':apiService/:user')
  @Allow(CONSUMER)
  @UseInterceptors(Handover)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'A living access token.', description: READ_DESCRIPTION })
  @ApiHeader({
    name: 'If-None-Match',
    required: false,
    description: 'The ETag of the version that you hold: answers 304 while it is the best.',
  })
  @ApiOkResponse({
    type: TokenView,
    headers: { ETag: { description: 'The version, quoted.', schema: { type: 'string', example: '"7"' } } },
  })
  @ApiResponse({ status: 304, description: 'The version named in If-None-Match is what you would get.' })
  @ApiProblems({
    400: '`input_invalid`',
    401: '`key_required`',
    403: '`not_entitled` (whether the connection exists is not told), `role_refused`',
    404: '`connection_unknown`, `token_unknown`',
    409: '`reauthorization_required`, `revoked`: a person has to do something. `connection` tells id, status and version. `credential_not_readable`, `token_bound`: of an API service whose credential only the proxy can use; `apiBaseUrls` tells where',
    503: '`refresh_failing`, `not_yet_published`: ask again after `Retry-After`. `connection` tells id, status and version',
  })
  read(@Param() path: ConnectionPath, @Query() query: DemandQuery, @Caller() caller: Principal): Promise<HandedToken> {
    const { token, ...demand } = query;
    return this.reader.read(caller, { ...path, token }, demand);
  }
}
