import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { runAs } from '@lockkeeper/observability';

export interface Tick {
  name: string;
  everyMs: number;
  work: () => Promise<unknown>;
}

/** Repeated work: never two rounds of the same at once, a failed round is logged and the next one comes, stopping waits for what runs. */
@Injectable()
export class Ticks implements BeforeApplicationShutdown {
  private readonly logger = new Logger('schedule');
  private readonly running = new Map<string, Promise<void>>();
  private readonly names: string[] = [];

  constructor(private readonly registry: SchedulerRegistry) {}

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
      .then(() => undefined)
      .catch((error: unknown) => this.logger.error({ event: 'tick_failed', tick: name, err: error }))
      .finally(() => this.running.delete(name));
    this.running.set(name, round);
  }
}
