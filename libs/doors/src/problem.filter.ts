import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import { currentRequestId } from '@lockkeeper/observability';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LockkeeperError } from './lockkeeper.error.js';
import { type Problem, toProblem } from './problem.js';

/** Every error leaves through here as `application/problem+json`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('doors');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const problem = toProblem(error, currentRequestId());
    if (problem.status >= 500) this.logger.error({ event: 'request_failed', code: problem.code, err: error });
    if (problem.status === 403) http.getRequest<FastifyRequest>().lockkeeper.refusal = problem.code;
    if (problem.status === 401) void reply.header('www-authenticate', challenge(error));
    const seconds = retryAfter(error, problem);
    if (seconds !== null) void reply.header('retry-after', String(Math.ceil(seconds)));
    sendProblem(reply, problem);
  }
}

function challenge(error: unknown): string {
  const further = error instanceof LockkeeperError ? error.challenge : null;
  return further === null ? BEARER : `${BEARER}, ${further}`;
}

const BEARER = 'Bearer realm="lockkeeper"';
const STORAGE_BACK_SECONDS = 5;

const retryAfter = (error: unknown, { code }: Problem): number | null =>
  error instanceof LockkeeperError
    ? error.retryAfterSeconds
    : code === 'storage_unavailable'
      ? STORAGE_BACK_SECONDS
      : null;

export function sendProblem(reply: FastifyReply, problem: Problem): void {
  void reply.status(problem.status).header('content-type', 'application/problem+json').send(problem);
}
