import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import { LockkeeperError, toProblem } from '@lockkeeper/doors';
import { currentRequestId } from '@lockkeeper/observability';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemPage } from './outcome.page.js';
import { Pages } from './pages.js';
import { problemOf } from './problem-names.js';

/** On the browser's leg, errors are pages: what happened, in plain words, and what to do. Never an echo of what came in. */
@Catch()
export class PageFilter implements ExceptionFilter {
  private readonly logger = new Logger('authorization');

  constructor(private readonly pages: Pages) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const { status, code, requestId } = toProblem(error, currentRequestId());
    if (error instanceof LockkeeperError) this.logger.warn({ event: 'consent_failed', problem: code });
    else this.logger.error({ event: 'consent_broken', err: error });
    const [request, reply] = [
      host.switchToHttp().getRequest<FastifyRequest>(),
      host.switchToHttp().getResponse<FastifyReply>(),
    ];
    const name = problemOf(error);
    await this.pages.show({ request, reply }, (words) => problemPage(name, words, requestId ?? null), { status });
  }
}
