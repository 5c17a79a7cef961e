import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import { LockkeeperError, toProblem } from '@lockkeeper/doors';
import { currentRequestId } from '@lockkeeper/observability';
import type { FastifyReply } from 'fastify';
import { TokenFault } from '../token-endpoint/token-fault.js';
import { PAGE_HEADERS, render } from './page.js';

const NOTHING_CONNECTED = 'Nothing was connected, and nothing of what came back was kept.';

/** On the browser's leg, errors are pages: what happened, in plain words, and what to do. Never an echo of what came in. */
@Catch()
export class PageFilter implements ExceptionFilter {
  private readonly logger = new Logger('authorization');

  catch(error: unknown, host: ArgumentsHost): void {
    const { status, code, title, detail, hint, requestId } = toProblem(error, currentRequestId());
    // A fault's detail may quote the provider. The timeline has it for operators; an end user needs none of it.
    const text = error instanceof TokenFault ? NOTHING_CONNECTED : detail;
    if (error instanceof LockkeeperError) this.logger.warn({ event: 'consent_failed', problem: code });
    else this.logger.error({ event: 'consent_broken', err: error });
    const page = render({ mood: 'bad', title, text, hint, requestId });
    void host.switchToHttp().getResponse<FastifyReply>().status(status).headers(PAGE_HEADERS).send(page);
  }
}
