import { type CallHandler, type ExecutionContext, HttpStatus, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Principal } from '@lockkeeper/access-control';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, concatMap } from 'rxjs';
import { Exposures } from '../exposures/exposures.js';
import type { HandedToken } from './token-reader.js';
import { TokenView } from './tokens.dto.js';
import { namesVersion, versionTag } from './version-tag.js';

/** From a token that may be handed out to the answer that has it: unless the reader has it already, it is written down who gets it. */
@Injectable()
export class Handover implements NestInterceptor {
  constructor(private readonly exposures: Exposures) {}

  intercept(context: ExecutionContext, next: CallHandler<HandedToken>): Observable<TokenView | undefined> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest & { user: Principal }>();
    const reply = http.getResponse<FastifyReply>();
    return next.handle().pipe(
      concatMap(async (token) => {
        const { version } = token.connection;
        void reply.header('etag', versionTag(version));
        if (namesVersion(request.headers['if-none-match'], version)) {
          void reply.status(HttpStatus.NOT_MODIFIED);
          return undefined;
        }
        await this.exposures.expose(token.connection, request.user.subjectId!);
        return TokenView.of(token);
      }),
    );
  }
}
