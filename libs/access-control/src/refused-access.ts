import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AuditLog, type AuditRecord } from '@lockkeeper/audit-chain';
import { newRequestContext, runInContext } from '@lockkeeper/observability';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BoundedEntries, ELSEWHERE } from './bounded-entries.js';

const LIMITS = { perName: 20, inAll: 300 };
const WINDOW_MS = 60_000;

/**
 * Who was known, wanted something, and was not allowed to. Each time has an entry, up to a bound for each caller; what goes over it is counted,
 * and told by one entry when the window ends. The caller is refused whatever comes of it here.
 */
@Injectable()
export class RefusedAccess implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('access');
  private readonly entries = new BoundedEntries(LIMITS);
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly audit: AuditLog,
    adapters: HttpAdapterHost,
  ) {
    // Before the doors are: a hook counts for those that come after it.
    const fastify = adapters.httpAdapter?.getInstance<FastifyInstance | undefined>();
    fastify?.addHook?.('onResponse', (request, _reply, done) => {
      if (request.lockkeeper.refusal !== undefined) void this.note(request);
      done();
    });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.endWindow(), WINDOW_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.endWindow();
  }

  /** Tells what was only counted, and begins anew. */
  async endWindow(): Promise<void> {
    for (const [actor, times] of this.entries.end())
      await runInContext(newRequestContext({ actor: actor === ELSEWHERE ? 'several' : actor }), () =>
        this.append({ objectId: 'several', details: { times } }),
      );
  }

  private async note({ lockkeeper, method, routeOptions }: FastifyRequest): Promise<void> {
    if (!this.entries.admit(lockkeeper.actor)) return;
    const objectId = `${method} ${routeOptions.url ?? 'unknown'}`;
    await runInContext(lockkeeper, () => this.append({ objectId, details: { code: lockkeeper.refusal } }));
  }

  private async append(what: Pick<AuditRecord, 'objectId' | 'details'>): Promise<void> {
    try {
      await this.audit.append({ action: 'access.refused', objectType: 'door', outcome: 'refused', ...what });
    } catch (error) {
      this.logger.error({ event: 'refused_access_not_noted', ...what.details, err: error });
    }
  }
}
