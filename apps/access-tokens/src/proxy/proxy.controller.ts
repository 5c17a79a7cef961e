import type { IncomingMessage } from 'node:http';
import { All, Controller, Inject, Param, Req, Res } from '@nestjs/common';
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
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { checkCallMethod } from './api-call.js';
import { ApiCalls } from './api-calls.js';
import { type CallBody, NO_BODY, readCallBody } from './call-body.js';
import { ATTEMPTS_HEADER, BASE_URL_HEADER, DEADLINE_HEADER, VERSION_HEADER, deadlineOf } from './call-options.js';
import { CALL_PROBLEMS, PROXY_DESCRIPTION } from './proxy.docs.js';
import { ProxyPath } from './proxy.dto.js';

const MEGABYTE = 1_048_576;
const ANY_BYTES = { type: 'string', format: 'binary' };

/** An API, as it looks with the token already in it. */
@ApiTags('calls')
@ApiBearerAuth()
@Controller('v1/proxy')
export class ProxyController {
  constructor(
    private readonly calls: ApiCalls,
    @Inject(SETTINGS) private readonly settings: Settings,
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
    const { headers, user: caller } = request;
    const base = headers[BASE_URL_HEADER] ?? null;
    const answer = await this.calls.call(caller, path, {
      method: checkCallMethod(request.method),
      target: (baseUrls) => baseUrls.join(belowConnection(request.raw.url!), base === null ? null : String(base)),
      headers,
      deadlineSeconds: deadlineOf(headers),
      body: await this.bodyOf(request),
      signal: goneSignal(reply),
    });
    void reply
      .status(answer.status)
      .headers(answer.headers)
      .header(ATTEMPTS_HEADER, String(answer.attempts))
      .header(VERSION_HEADER, String(answer.tokenVersion))
      .send(answer.body);
  }

  private async bodyOf({ body }: FastifyRequest): Promise<CallBody> {
    if (body === undefined || body === null) return NO_BODY;
    return readCallBody(body as IncomingMessage, this.settings.ACCESS_TOKENS_CALL_MEGABYTES * MEGABYTE);
  }
}

/** What stands behind `/v1/proxy/:apiService/:user/`, as it was written: decoding and encoding it again would not give the same. */
const belowConnection = (url: string): string => url.split('/').slice(5).join('/');

function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
