import type { DataSource } from 'typeorm';

/** A measurement that took longer says too little about when the database's clock was read. */
const SLOWEST_MEASUREMENT_MS = 2000;

/**
 * The time of the database, which is the same for all replicas however wrong their own clocks are: whatever one replica writes down
 * and another one acts upon (leases, lifetimes, when to try again) is told in it. As exact as a round trip to the database is short.
 */
export class DatabaseClock {
  private aheadMs = 0;

  constructor(private readonly dataSource: Pick<DataSource, 'query'>) {}

  now(): Date {
    return new Date(this.nowMs());
  }

  /** Milliseconds since 1970. */
  nowMs(): number {
    return Date.now() + this.aheadMs;
  }

  /** How far the database's clock is ahead of this machine's, in milliseconds. */
  get offsetMs(): number {
    return this.aheadMs;
  }

  /** Compares the clocks anew. @throws what the database throws; the last comparison stands then */
  async synchronise(): Promise<void> {
    const askedAt = Date.now();
    const [row] = await this.dataSource.query<{ ms: number }[]>(
      'SELECT (extract(epoch FROM now()) * 1000)::float8 AS ms',
    );
    const tookMs = Date.now() - askedAt;
    if (tookMs >= 0 && tookMs <= SLOWEST_MEASUREMENT_MS) this.aheadMs = row!.ms - (askedAt + tookMs / 2);
  }
}
