import type { HealthCheck, HealthReport } from '@lockkeeper/observability';
import type { AuditStanding } from './audit-standing.js';
import type { ChainWatch } from './chain-watch.js';

/** Whether the audit log takes entries, and whether it still is what was written. */
export class AuditHealth implements HealthCheck {
  readonly name = 'audit';

  constructor(
    private readonly standing: AuditStanding,
    private readonly watch: ChainWatch,
  ) {}

  async check(): Promise<HealthReport> {
    const chain = this.watch.report();
    const troubled = [await this.standing.report(), chain].filter(({ state }) => state !== 'up');
    if (troubled.length === 0) return chain;
    return { state: 'degraded', detail: troubled.map(({ detail }) => detail).join(' ') };
  }
}
