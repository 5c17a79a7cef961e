import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { AuditStanding, AuditUnavailable } from '@lockkeeper/audit-chain';
import { runAs } from '@lockkeeper/observability';
import { FailedRounds } from './failed-rounds.js';

export interface Tick {
  name: string;
  everyMs: number;
  work: () => Promise<unknown>;
}

/** Repeated work: never two rounds of the same at once, a failed round is told and the next one comes, stopping waits for what runs. */
@Injectable()
export class Ticks implements BeforeApplicationShutdown {
  private readonly failures = new FailedRounds();
  private readonly running = new Map<string, Promise<void>>();
  private readonly names: string[] = [];

  constructor(
    private readonly registry: SchedulerRegistry,
    private readonly auditStanding: AuditStanding,
  ) {}

  start(tick: Tick): void {
    this.names.push(tick.name);
    this.registry.addInterval(
      tick.name,
      setInterval(() => this.round(tick), tick.everyMs),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    // The registry's own shutdown may have been first.
    for (const name of this.names.splice(0))
      if (this.registry.doesExist('interval', name)) this.registry.deleteInterval(name);
    await Promise.all(this.running.values());
  }

  private round({ name, work }: Tick): void {
    if (this.running.has(name)) return;
    const round = runAs('scheduler', work)
      .then(
        () => this.failures.succeeded(name),
        (error: unknown) => this.tell(name, error),
      )
      .finally(() => this.running.delete(name));
    this.running.set(name, round);
  }

  /** That the audit log is closed is told once, for all that rests because of it. */
  private async tell(name: string, error: unknown): Promise<void> {
    const closed = error instanceof AuditUnavailable && !(await this.auditStanding.takesEntries());
    if (closed) this.failures.rested(name);
    else this.failures.failed(name, error);
  }
}
