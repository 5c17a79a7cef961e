import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Admission, Bearers, actorOf, bearerOf } from '@lockkeeper/access-control';
import { type EarlyHeaders, type EarlyReply, type SourceAddress, earlyHeaders } from '@lockkeeper/doors';
import { CONSUMER } from '../access/roles.js';
import { connectionNameIn } from '../consumers/connection-in-url.js';
import { type Count, RepeatedReads } from '../exposures/repeated-reads.js';
import { isBound } from '../intake/held-connection.js';
import type { OpenedConnection } from '../intake/opened-connections.js';
import { TokenReader } from './token-reader.js';
import { TokenView } from './tokens.dto.js';
import { countAnswered } from './tokens.metrics.js';
import { versionTag } from './version-tag.js';

const ROUTE = '/v1/tokens/:apiService/:user';
const PATH = /^\/v1\/tokens\/([^/?#;%]+\/[^/?#;]+)$/;

/** What one version's answer is made of, as long as its opened token is remembered. */
interface Answer extends Pick<EarlyReply, 'headers' | 'body' | 'encoding'> {
  /** Of the consumer that read it last: most tokens have one. */
  exposure: Count | null;
}

/**
 * The most frequent question of all, answered before Fastify and Nest are reached: a consumer reads, once more, a token that is good.
 * Everything that it takes to say yes is remembered. This never says no: whatever isn't remembered, or isn't plain, goes the long way through
 * guard, pipes and TokensController, by the same rules.
 */
@Injectable()
export class HotReads {
  private readonly answers = new WeakMap<OpenedConnection, Answer>();

  constructor(
    private readonly bearers: Bearers,
    private readonly admission: Admission,
    private readonly reader: TokenReader,
    private readonly repeated: RepeatedReads,
  ) {}

  /** @returns null for the long way */
  answer(request: IncomingMessage, sourceAddress: SourceAddress): EarlyReply | null {
    const { headers } = request;
    const name = headers['if-none-match'] === undefined ? connectionNameIn(request.url!, PATH) : null;
    const presented = name && bearerOf(headers.authorization);
    const caller = presented ? this.bearers.recall(presented) : null;
    if (!name || caller?.role !== CONSUMER || caller.subjectId === null) return null;
    const token = this.reader.recall(caller.subjectId, name);
    if (!token || token.credential?.readable === false || isBound(token.connection)) return null;
    const answer = this.answerWith(token);
    const exposure = this.exposureOf(token, answer, caller.subjectId);
    // The first time is written down, and that takes the long way. So does a caller who isn't admitted: the guard tells why.
    if (!exposure || !this.admission.admitsAtOnce(caller, sourceAddress(request))) return null;
    this.repeated.countOne(exposure);
    countAnswered();
    return {
      route: ROUTE,
      actor: actorOf(caller),
      headers: answer.headers,
      body: answer.body,
      encoding: answer.encoding,
    };
  }

  private exposureOf({ connection }: OpenedConnection, answer: Answer, consumerId: string): Count | null {
    const { exposure } = answer;
    if (exposure?.consumerId === consumerId && this.repeated.counts(exposure)) return exposure;
    const { id: connectionId, version } = connection;
    answer.exposure = this.repeated.recall(this.repeated.keyOf({ connectionId, version, consumerId })) ?? null;
    return answer.exposure;
  }

  /** Nothing of it changes while this version is the newest; it is remembered as long as the opened token is. */
  private answerWith(token: OpenedConnection): Answer {
    const known = this.answers.get(token);
    if (known !== undefined) return known;
    const body = JSON.stringify(TokenView.of({ ...token, accessToken: token.accessToken! }));
    const bytes = Buffer.byteLength(body);
    const answer: Answer = {
      body,
      encoding: bytes === body.length ? 'latin1' : 'utf8',
      headers: headersFor(token.connection.version, bytes),
      exposure: null,
    };
    this.answers.set(token, answer);
    return answer;
  }
}

const headersFor = (version: number, bytes: number): EarlyHeaders =>
  earlyHeaders([
    ...['content-type', 'application/json; charset=utf-8'],
    ...['content-length', String(bytes)],
    ...['etag', versionTag(version)],
  ]);
