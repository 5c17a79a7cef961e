import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Exposed } from './exposures.js';

/** So many reads of one exposure, the last of them at a moment in milliseconds since 1970. */
export interface Tally extends Exposed {
  reads: number;
  lastAt: number;
}

const ADDED_UP_EVERY_MS = 60_000;
/** Rows of one statement, each a few hundred tallies: a second's work at most. */
const AT_ONCE = 2000;
/** Any number that nobody else in this database uses. */
const ADDING_UP = 7_100_003;

const PUT = `
  INSERT INTO exposure_tallies (connection_ids, versions, consumer_ids, reads, last_at_ms) VALUES ($1, $2, $3, $4, $5)`;

const ADD_UP = `
  WITH taken AS (
    DELETE FROM exposure_tallies WHERE id <= (SELECT max(id) FROM (SELECT id FROM exposure_tallies ORDER BY id LIMIT ${AT_ONCE}) AS oldest)
    RETURNING connection_ids, versions, consumer_ids, reads, last_at_ms
  ), added AS (
    UPDATE exposures e SET reads = e.reads + t.reads, last_at = greatest(e.last_at, to_timestamp(t.last_at_ms / 1000.0))
    FROM (
      SELECT t.connection_id, t.version, t.consumer_id, sum(t.reads) AS reads, max(t.last_at_ms) AS last_at_ms
      FROM taken, unnest(connection_ids, versions, consumer_ids, taken.reads, taken.last_at_ms)
        AS t (connection_id, version, consumer_id, reads, last_at_ms)
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ) AS t
    WHERE e.connection_id = t.connection_id AND e.version = t.version AND e.consumer_id = t.consumer_id
  )
  SELECT count(*)::int AS taken FROM taken`;

/**
 * How often exposures were repeated, on its way into their table: many tallies are one new row, which costs a fraction of changing a row for
 * each; and what was read a hundred times within a minute is added up once.
 */
@Injectable()
export class ExposureTallies implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('exposures');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private next: Promise<void> | null = null;

  constructor(private readonly dataSource: DataSource) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.addUp().catch(this.tell), ADDED_UP_EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.running.catch(this.tell);
  }

  /** Committed once this resolves. */
  async put(tallies: readonly Tally[]): Promise<void> {
    await this.dataSource.query(PUT, [
      listOf(tallies, ({ connectionId }) => connectionId),
      listOf(tallies, ({ version }) => version),
      listOf(tallies, ({ consumerId }) => consumerId),
      listOf(tallies, ({ reads }) => reads),
      listOf(tallies, ({ lastAt }) => lastAt),
    ]);
  }

  /** Call it before exposures are looked at for how often, or when last: then they have all that any replica has put. */
  addUp(): Promise<void> {
    // Of many that ask meanwhile, one does it for all.
    this.next ??= this.running
      .catch(() => undefined) // told to whoever asked for it
      .then(() => {
        this.next = null;
        return (this.running = this.addUpAll());
      });
    return this.next;
  }

  private async addUpAll(): Promise<void> {
    for (let taken = AT_ONCE; taken === AT_ONCE;) taken = await this.dataSource.transaction(addUpSome);
  }

  private readonly tell = (error: unknown): void => this.logger.warn({ event: 'exposures_not_added_up', err: error });
}

/** One replica at a time: what another one has taken is added up when this one goes on. */
async function addUpSome(manager: EntityManager): Promise<number> {
  await manager.query('SELECT pg_advisory_xact_lock($1)', [ADDING_UP]);
  const [row] = await manager.query<{ taken: number }[]>(ADD_UP);
  return row!.taken;
}

/** As PostgreSQL reads it: numbers and UUIDs need no quotes. */
function listOf(tallies: readonly Tally[], part: (tally: Tally) => string | number): string {
  let list = '{';
  for (const tally of tallies) list += `${list.length > 1 ? ',' : ''}${part(tally)}`;
  return `${list}}`;
}
