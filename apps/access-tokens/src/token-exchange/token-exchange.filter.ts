import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { LockkeeperError, ProblemFilter } from '@lockkeeper/doors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { asExchangeRefusal } from './token-exchange.errors.js';

/** RFC 6749 section 5.2: errors as OAuth clients read them. What is none of theirs is a problem, as at every other door. */
@Catch()
export class TokenExchangeFilter implements ExceptionFilter {
  private readonly problems = new ProblemFilter();

  catch(thrown: unknown, host: ArgumentsHost): void {
    const refusal = asExchangeRefusal(thrown);
    if (!refusal) return this.problems.catch(thrown, host);
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    void reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
    const { cause } = refusal;
    if (cause instanceof LockkeeperError && cause.kind === 'forbidden')
      http.getRequest<FastifyRequest>().lockkeeper.refusal = cause.code;
    const tried = http.getRequest<FastifyRequest>().headers.authorization !== undefined;
    if (refusal.error === 'invalid_client' && tried) {
      void reply.header('www-authenticate', 'Basic realm="lockkeeper"');
    }
    if (refusal.retryAfterSeconds !== null) void reply.header('retry-after', String(refusal.retryAfterSeconds));
    void reply
      .status({ unauthenticated: 401, unavailable: 503 }[refusal.kind as string] ?? 400)
      .header('content-type', 'application/json')
      .send({ error: refusal.error, error_description: printable(refusal.detail), ...furtherOf(refusal.cause) });
  }
}

/** Ours, for who knows us: what there is to do. Other clients ignore members that they don't know (RFC 6749 section 5.2). */
const furtherOf = (cause: unknown): object =>
  cause instanceof LockkeeperError ? { code: cause.code, hint: cause.hint && printable(cause.hint) } : {};

/** Section 5.2: %x20-21 / %x23-5B / %x5D-7E only. */
const printable = (text: string): string =>
  text
    .replaceAll(/[’‘]/g, "'")
    .replaceAll(/["“”]/g, "'")
    .replaceAll(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '?');
