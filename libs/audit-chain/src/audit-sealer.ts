import { Logger } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { genesis, type Link, nextLink, type Workspace } from './chain.js';
import { appendLinks, lastLink, takeUnchained } from './chain-rows.js';

/** Any number that nobody else in this database uses; the same for all replicas. */
const CHAIN_LOCK = 7_100_002;
const BATCH = 1000;

/**
 * Gives each committed entry its link. Writers never wait for it, and it never waits for them: an entry that is committed late gets a
 * later place. One replica at a time does it, under a lock of its own that no writer takes.
 */
export class AuditSealer {
  private readonly logger = new Logger('audit');

  constructor(
    private readonly dataSource: DataSource,
    private readonly workspace: Workspace,
  ) {}

  /** All that is committed by now; if another replica is at it, that one does. */
  async sealWhatIsDue(): Promise<void> {
    while ((await this.batch({ wait: false })) === BATCH);
  }

  /** All that is committed by now, also if another replica is at it. @returns the chain's end */
  async sealAll(): Promise<Link> {
    while ((await this.batch({ wait: true })) === BATCH);
    return (await lastLink(this.dataSource.manager)) ?? genesis(this.workspace);
  }

  private batch({ wait }: { wait: boolean }): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      if (!(await locked(manager, wait))) return 0;
      const taken = await takeUnchained(manager, BATCH);
      if (taken.length === 0) return 0;
      let end = (await lastLink(manager)) ?? genesis(this.workspace);
      const links = taken.map(({ seq, entry }) => {
        if (entry === null) this.logger.error({ event: 'audit_entry_missing', seq });
        end = nextLink(end, entry);
        return { ...end, seq };
      });
      await appendLinks(manager, links);
      return taken.length;
    });
  }
}

/** Held until the transaction ends. What the holder before committed is seen by the next statement. */
async function locked(manager: EntityManager, wait: boolean): Promise<boolean> {
  if (wait) {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [CHAIN_LOCK]);
    return true;
  }
  const [row] = await manager.query<{ got: boolean }[]>('SELECT pg_try_advisory_xact_lock($1) AS got', [CHAIN_LOCK]);
  return row!.got;
}
