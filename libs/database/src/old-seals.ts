import { Logger, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import { type HealthCheck, type HealthReport, metrics } from '@lockkeeper/observability';
import { type KeyRing, NEWEST_FORMAT } from '@lockkeeper/sealing';
import { Gauge } from 'prom-client';
import type { DataSource, EntityManager } from 'typeorm';
import type { SealedColumn } from './reseal.js';

/** While something old is left. Where nothing is, nothing old can come any more from this version. */
const AGAIN_MS = 5 * 60_000;
const FIRST_AGAIN_MS = 10_000;
/** Of one statement, so that none looks for long. */
const PAGES = 2_000;

const oldSeals = new Gauge({
  name: 'lockkeeper_sealed_in_old_form',
  help: '1 while values of this workspace are sealed in a form that isn’t bound to it, as far as this process knows.',
  registers: [metrics],
});

export interface SealedGround {
  keyRing: KeyRing;
  sealedColumns: readonly SealedColumn[];
}

/**
 * Whether this workspace still holds values that are sealed in an older form. Found out behind the start, not when somebody asks: as long as there are
 * any, the first pages tell; that there are none is known after one look at all of them, and for good.
 */
export class OldSeals implements HealthCheck, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly name = 'sealing';
  private readonly logger = new Logger('sealing');
  /** Null while nobody knows. */
  private held: boolean | null = null;
  private next: NodeJS.Timeout | null = null;
  private looking: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly ground: SealedGround,
  ) {}

  onApplicationBootstrap(): void {
    this.looking = this.look();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    if (this.next) clearTimeout(this.next);
    await this.looking;
  }

  /** Nothing is missing while old values open, so that this alone makes no workspace degraded. */
  check(): HealthReport {
    return this.held ? { state: 'up', detail: this.words } : { state: 'up' };
  }

  private async look(): Promise<void> {
    try {
      this.tell(this.writesOld || (await holdsOlder(this.dataSource, this.ground, () => this.stopped)));
      if (this.held && !this.writesOld) this.again(AGAIN_MS);
    } catch (error) {
      if (this.stopped) return;
      this.logger.warn({ event: 'old_seals_unknown', reason: (error as Error).message });
      this.again(FIRST_AGAIN_MS);
    }
  }

  private again(inMs: number): void {
    if (this.stopped) return;
    this.next = setTimeout(() => (this.looking = this.look()), inMs).unref();
  }

  private tell(held: boolean): void {
    if (this.stopped) return;
    if (held && !this.held) this.logger.warn({ event: 'sealed_in_old_form', detail: this.words });
    if (!held && this.held) this.logger.log({ event: 'sealed_in_new_form' });
    this.held = held;
    oldSeals.set(held ? 1 : 0);
  }

  /** Then all that comes is old. */
  private get writesOld(): boolean {
    return this.ground.keyRing.format !== NEWEST_FORMAT;
  }

  private get words(): string {
    const { workspace, writing } = this.ground.keyRing;
    const rotate = `npm run keys:rotate -- ${workspace}`;
    const steps = this.writesOld
      ? `Once no older replica runs: npm run keys:write -- ${workspace} ${writing}, restart all replicas, then ${rotate}`
      : `Run ${rotate}`;
    return `Values of this workspace are sealed in an older form, which isn’t bound to the workspace. ${steps} (docs/operations.md, Keys).`;
  }
}

/** In one snapshot, so that no row moves past it. Ends at the first that it finds. */
export function holdsOlder(
  dataSource: DataSource,
  { sealedColumns }: Pick<SealedGround, 'sealedColumns'>,
  stopped = () => false,
): Promise<boolean> {
  return dataSource.transaction('REPEATABLE READ', async (snapshot) => {
    for (const [table, columns] of byTable(sealedColumns)) {
      const pages = await pagesOf(snapshot, table);
      for (let from = 0; from < pages && !stopped(); from += PAGES)
        if (await isOlderWithin(snapshot, { table, columns, from })) return true;
    }
    return false;
  });
}

function byTable(sealed: readonly SealedColumn[]): Map<string, string[]> {
  const tables = new Map<string, string[]>();
  for (const { table, column } of sealed) tables.set(table, [...(tables.get(table) ?? []), column]);
  return tables;
}

async function pagesOf(manager: EntityManager, table: string): Promise<number> {
  const [row] = await manager.query<[{ pages: number }]>(
    `SELECT (pg_relation_size($1::regclass) / current_setting('block_size')::int)::int AS pages`,
    [table],
  );
  return row.pages;
}

/** Of long values, which lie elsewhere, no more is read than their beginning. */
async function isOlderWithin(
  manager: EntityManager,
  { table, columns, from }: { table: string; columns: string[]; from: number },
): Promise<boolean> {
  const isOlder = columns.map((column) => `left(${column}, ${NEWEST_FORMAT.length + 1}) <> '${NEWEST_FORMAT}.'`);
  const [row] = await manager.query<[{ found: boolean }]>(
    `SELECT EXISTS (SELECT FROM ${table} WHERE (${isOlder.join(' OR ')}) AND ctid >= $1::tid AND ctid < $2::tid) AS found`,
    [`(${from},0)`, `(${from + PAGES},0)`],
  );
  return row.found;
}
