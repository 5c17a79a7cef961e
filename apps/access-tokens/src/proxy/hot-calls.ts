import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Admission, Bearers, type Principal, actorOf, bearerOf } from '@lockkeeper/access-control';
import type { EarlyStream, EarlyWork, SourceAddress } from '@lockkeeper/doors';
import { CONSUMER } from '../access/roles.js';
import { type RecalledToken, TokenReader } from '../access-tokens/token-reader.js';
import { countAnswered } from '../access-tokens/tokens.metrics.js';
import { connectionNameIn } from '../consumers/connection-in-url.js';
import { ApiCalls } from './api-calls.js';
import { TOKEN_HEADER } from './call-options.js';
import { ProxiedCalls } from './proxied-calls.js';
import { LONGEST_PATH } from './proxy.dto.js';

const ROUTE = '/v1/proxy/:apiService/:user/*';
const PATH = /^\/v1\/proxy\/([^/?#;%]+\/[^/?#;]+)\//;
/** What Fastify takes for a media type; it refuses all others. */
const MEDIA_TYPE = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(;|$)/;

/**
 * Calls taken over before Fastify and Nest are reached: a consumer that is known calls with a token that is good. Whether it may is decided
 * from what is remembered, by the same rules as on the long way through guard, pipes and ProxyController; whatever isn't remembered, or isn't
 * plain, goes that way. From there on it is the same call.
 */
@Injectable()
export class HotCalls {
  constructor(
    private readonly bearers: Bearers,
    private readonly admission: Admission,
    private readonly reader: TokenReader,
    private readonly calls: ApiCalls,
    private readonly proxied: ProxiedCalls,
  ) {}

  /** @returns null for the long way */
  take(request: IncomingMessage, sourceAddress: SourceAddress): EarlyWork | null {
    const name = isPlain(request) ? connectionNameIn(request.url!, PATH) : null;
    const presented = name && bearerOf(request.headers.authorization);
    const caller = presented ? this.bearers.recall(presented) : null;
    if (!name || caller?.role !== CONSUMER || caller.subjectId === null) return null;
    const token = this.reader.recall(caller.subjectId, name);
    if (!token || !this.admission.admitsAtOnce(caller, sourceAddress(request))) return null;
    const begin = (gone: AbortSignal): Promise<EarlyStream> => this.begin(caller, token, { request, gone });
    return { route: ROUTE, actor: actorOf(caller), begin };
  }

  private async begin(
    caller: Principal,
    token: RecalledToken,
    { request, gone }: { request: IncomingMessage; gone: AbortSignal },
  ): Promise<EarlyStream> {
    countAnswered();
    const { apiService, user } = token.connection;
    const asked = { caller, wanted: { apiService, user } };
    const answer = await this.calls.callWith(token, asked, await this.proxied.callOf(request, gone));
    const { status, content } = answer;
    return {
      status,
      headers: this.proxied.headersOf(answer),
      passTo: (target, passage) => content.passTo(target, passage),
      destroy: () => content.destroy(),
    };
  }
}

function isPlain({ headers, url }: IncomingMessage): boolean {
  const type = headers['content-type'];
  return (
    headers[TOKEN_HEADER] === undefined && url!.length <= LONGEST_PATH && (type === undefined || MEDIA_TYPE.test(type))
  );
}
