import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { LoggerService } from '@nestjs/common';
import proxyAddress from '@fastify/proxy-addr';
import { newRequestContext, requestIdOf, requestSeries, runInContext } from '@lockkeeper/observability';
import type { FastifyInstance } from 'fastify';
import { type ConnectionBounds, serverOptions } from './connection-bounds.js';
import { EarlyHeads, type EarlyHeaders } from './early-head.js';
import { type RequestTeller, RequestSums, tellRequest } from './request-sums.js';
import { type EarlyWork, type Unanswered, takeOver } from './taken-over.js';
import { TurnOfAnswers } from './turn-of-answers.js';

/** What is answered with 200 before the routes are looked at. */
export interface EarlyReply {
  /** The template of the route that would have answered, for measurements and the log. */
  route: string;
  actor: string;
  /** Besides those that every answer has; with Content-Type and Content-Length. */
  headers: EarlyHeaders;
  body: string;
  /** Of the body; Node writes what has nothing but ASCII quicker as `latin1`. */
  encoding: 'utf8' | 'latin1';
}

/**
 * Looks at a GET before routes, hooks and Nest do, and waits for nothing. Null leaves no trace, and sends the request its usual way: whoever
 * answers early says yes or nothing.
 */
export type EarlyAnswer = (request: IncomingMessage, sourceAddress: SourceAddress) => EarlyReply | null;

/**
 * The same for what has to be waited for, and whatever the method. Once it is taken over, a request isn't looked at by guards and pipes any more;
 * where it comes to nothing, it is refused as if its route had thrown.
 */
export type EarlyTaking = (request: IncomingMessage, sourceAddress: SourceAddress) => EarlyWork | null;

/** What is asked before the routes. */
export interface Early {
  answer: EarlyAnswer;
  take?: EarlyTaking;
}

/** As Fastify's own `request.ip`. */
export type SourceAddress = (request: IncomingMessage) => string | null;

interface Ready {
  response: ServerResponse;
  reply: EarlyReply;
  requestId: string;
  beganAt: number;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** The HTTP server, and what it answers by itself. Everything else is Fastify's. */
export class FrontDoor {
  private readonly sums: RequestSums;
  private readonly heads: EarlyHeads;
  private readonly series = new Map<string, ReturnType<typeof requestSeries>>();
  private readonly answers = new TurnOfAnswers<Ready>((ready) => this.send(ready));
  private readonly unanswered = new WeakMap<IncomingMessage, Unanswered>();
  private early: Required<Early> = NOTHING;
  private closing = false;

  constructor(
    private readonly logger: LoggerService & RequestTeller,
    private readonly sourceAddress: SourceAddress,
    private readonly bounds: ConnectionBounds,
  ) {
    this.sums = new RequestSums(logger);
    this.heads = new EarlyHeads(bounds);
  }

  /** Fastify's `serverFactory`: the server that it would have made, and in front of its handler the early answers. */
  server(handler: Handler): Server {
    return createServer(serverOptions(this.bounds), (request, response) => {
      if (!this.answersEarly(request, response) && !this.takesOver(request, response, handler))
        handler(request, response);
    });
  }

  /** Until the workspace stops: then each answer has to say that its connection ends. */
  opensWith({ answer, take = () => null }: Early, fastify: FastifyInstance): void {
    this.early = { answer, take };
    fastify.addHook('preClose', (done) => {
      this.early = NOTHING;
      this.closing = true;
      this.answers.sendNow();
      this.sums.tell();
      done();
    });
    // After the hooks by which every answer has its headers.
    fastify.addHook('onRequest', (request, _reply, done) => {
      const failed = this.failureOf(request.raw);
      if (failed === undefined) done();
      else runInContext(failed.context, () => done(failed.error));
    });
  }

  /** What became of a request that was taken over, if it was and came to nothing. */
  failureOf(request: IncomingMessage): Unanswered | undefined {
    return this.unanswered.get(request);
  }

  private answersEarly(request: IncomingMessage, response: ServerResponse): boolean {
    const beganAt = performance.now();
    const reply = request.method === 'GET' ? this.ask(request, this.early.answer) : null;
    if (reply === null) return false;
    this.answers.add({ response, reply, requestId: requestIdOf(request.headers['x-request-id']), beganAt });
    return true;
  }

  private send(ready: readonly Ready[]): void {
    for (const { response, reply, requestId } of ready) {
      this.heads.write(response, reply.headers, requestId);
      response.end(reply.body, reply.encoding);
    }
    const sentAt = performance.now();
    for (const { reply, requestId, beganAt } of ready) {
      const milliseconds = sentAt - beganAt;
      this.seriesOf(reply.route).observe(milliseconds / 1000);
      this.sums.count(reply, { requestId, milliseconds });
    }
  }

  private seriesOf(route: string): ReturnType<typeof requestSeries> {
    const known = this.series.get(route);
    if (known !== undefined) return known;
    const series = requestSeries({ method: 'GET', route, status: '200' });
    this.series.set(route, series);
    return series;
  }

  private takesOver(request: IncomingMessage, response: ServerResponse, handler: Handler): boolean {
    const beganAt = performance.now();
    const work = this.ask(request, this.early.take);
    if (work === null) return false;
    const { route, actor } = work;
    const requestId = request.headers['x-request-id'] as string | undefined;
    const context = newRequestContext({ requestId, actor, sourceAddress: this.sourceAddress(request) });
    takeOver(work, response, {
      context,
      isClosing: () => this.closing,
      answered: (status) => {
        const labels = { method: request.method!, route, status: String(status) };
        tellRequest(labels, { context, milliseconds: performance.now() - beganAt, logger: this.logger });
      },
      refused: (error) => {
        this.unanswered.set(request, { context, beganAt, error });
        handler(request, response);
      },
    });
    return true;
  }

  /** Nothing that goes wrong here keeps the request from its usual way. */
  private ask<T>(request: IncomingMessage, ask: (request: IncomingMessage, source: SourceAddress) => T): T | null {
    try {
      return ask(request, this.sourceAddress);
    } catch (error) {
      this.logger.error({ event: 'early_answer_failed', err: error }, 'doors');
      return null;
    }
  }
}

const NOTHING: Required<Early> = { answer: () => null, take: () => null };

/** @param trustedProxies whose X-Forwarded-For is believed: addresses or CIDRs */
export function sourceAddressBehind(trustedProxies: readonly string[]): SourceAddress {
  if (trustedProxies.length === 0) return ({ socket }) => socket.remoteAddress ?? null;
  const trust = proxyAddress.compile([...trustedProxies]);
  return (request) => proxyAddress(request, trust);
}
