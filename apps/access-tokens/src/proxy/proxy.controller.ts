import { All, Controller, Param, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { Principal } from '@lockkeeper/access-control';
import { Allow, ApiProblems, StreamedBody } from '@lockkeeper/doors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONSUMER } from '../access/roles.js';
import { ApiCalls } from './api-calls.js';
import { BASE_URL_HEADER, DEADLINE_HEADER, TOKEN_HEADER, tokenNameOf } from './call-options.js';
import { ProxiedCalls } from './proxied-calls.js';
import { CALL_PROBLEMS, PROXY_DESCRIPTION } from './proxy.docs.js';
import { ProxyPath } from './proxy.dto.js';

const ANY_BYTES = { type: 'string', format: 'binary' };

/** An API, as it looks with the token already in it. */
@ApiTags('calls')
@ApiBearerAuth()
@Controller('v1/proxy')
export class ProxyController {
  constructor(
    private readonly calls: ApiCalls,
    private readonly proxied: ProxiedCalls,
  ) {}

  @All(':apiService/:user/*')
  @Allow(CONSUMER)
  @StreamedBody()
  @ApiOperation({ summary: 'Call the API on behalf of the connection.', description: PROXY_DESCRIPTION })
  @ApiParam({
    name: 'path',
    example: 'api/me',
    description: 'Below the base URL, with its query; passed on as written.',
  })
  @ApiHeader({ name: DEADLINE_HEADER, required: false, description: 'Seconds until the answer has to begin.' })
  @ApiHeader({ name: BASE_URL_HEADER, required: false, description: 'Which base URL is meant, if there are several.' })
  @ApiHeader({ name: TOKEN_HEADER, required: false, description: 'Which of several tokens travels.' })
  @ApiConsumes('*/*')
  @ApiBody({ required: false, schema: ANY_BYTES, description: 'Of any type; passed on as it comes.' })
  @ApiResponse({ status: '2XX', description: 'Success, as the API has it.', content: { '*/*': { schema: ANY_BYTES } } })
  @ApiResponse({ status: 'default', description: 'Whatever the API answers: status, headers and body.' })
  @ApiProblems(CALL_PROBLEMS)
  async pass(
    @Param() path: ProxyPath,
    @Req() request: FastifyRequest & { user: Principal },
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const wanted = { ...path, token: tokenNameOf(request.headers) };
    const call = await this.proxied.callOf(request.raw, goneSignal(reply));
    const answer = await this.calls.call(request.user, wanted, call);
    void reply.status(answer.status).headers(this.proxied.headersOf(answer)).send(answer.content.body);
  }
}

function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
