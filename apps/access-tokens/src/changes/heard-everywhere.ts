import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Principal } from '@lockkeeper/access-control';
import type { FastifyRequest } from 'fastify';
import { type Observable, concatMap } from 'rxjs';
import { CONSUMER } from '../access/roles.js';
import { Changes } from './changes.js';

const LOOKING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What people change here (keys, entitlements) is so at every replica by the time that they are answered. */
@Injectable()
export class HeardEverywhere implements NestInterceptor {
  constructor(private readonly changes: Changes) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const { method, user } = context.switchToHttp().getRequest<FastifyRequest & { user?: Principal }>();
    if (!user || user.role === CONSUMER || LOOKING.has(method)) return next.handle();
    return next.handle().pipe(
      concatMap(async (answer: unknown) => {
        await this.changes.areHeardEverywhere();
        return answer;
      }),
    );
  }
}
