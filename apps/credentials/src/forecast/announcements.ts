import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DatabaseClock } from '@lockkeeper/database';
import { DataSource } from 'typeorm';
import { deathInWords, UNAVOIDABLE } from '../connections/death.js';
import { Transitions } from '../connections/transitions.js';
import { Notices } from '../notices/notices.js';
import { Ticks } from '../schedule/ticks.js';
import { horizonDue } from './horizons.js';

const LOOK_EVERY_MS = 5_000;
const BATCH = 200;
/** From so near on its user is asked, who alone can do something about it; a month ahead that would be forgotten. */
const ASKED_DAYS = 7;

/** By the announcement that was made last (99: none), how near a death has to be for the next one. */
const NEXT = [
  { last: 99, days: 30 },
  { last: 30, days: 7 },
  { last: 7, days: 1 },
];

/**
 * Tells of deaths that nobody prevents 30, 7 and 1 days ahead: each once, whichever replica looks, since what was told is kept with the
 * connection, in the transaction that tells it.
 */
@Injectable()
export class Announcements implements OnApplicationBootstrap {
  private readonly logger = new Logger('forecast');

  constructor(
    private readonly ticks: Ticks,
    private readonly dataSource: DataSource,
    private readonly transitions: Transitions,
    private readonly clock: DatabaseClock,
    private readonly notices: Notices,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks.start({ name: 'death-announcements', everyMs: LOOK_EVERY_MS, work: () => this.announce() });
  }

  private async announce(): Promise<void> {
    for (const { last, days } of NEXT) for (const id of await this.due(last, days)) await this.tell(id);
  }

  /** Those of this class that are near enough. Whoever was nearer from the beginning is left out, so that it doesn't take the others' places. */
  private async due(last: number, days: number): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      `SELECT c.id FROM connections c
       WHERE coalesce(c.foretold_days, 99) = $1 AND c.dies_at > now() AND c.dies_at <= now() + make_interval(hours => $2 * 24)
         AND c.status IN ('active', 'refresh_failing') AND ${UNAVOIDABLE}
         AND c.dies_at - least(c.issued_at, c.authorized_at) > make_interval(hours => 24 * CASE
           WHEN c.dies_at <= now() + interval '24 hours' THEN 1 WHEN c.dies_at <= now() + interval '168 hours' THEN 7 ELSE 30 END)
       ORDER BY c.dies_at LIMIT ${BATCH}`,
      [last, days],
    );
    return rows.map(({ id }) => id);
  }

  private async tell(connectionId: string): Promise<void> {
    await this.transitions.make(connectionId, async ({ connection }, manager) => {
      const days = horizonDue(connection, this.clock.now());
      // Another replica was first, or it was refreshed meanwhile.
      if (days === null) return null;
      connection.foretell(days, this.clock.now());
      const detail = `It dies at ${connection.diesAt!.toISOString()}, within ${days === 1 ? 'a day' : `${days} days`}: ${deathInWords(connection)}`;
      this.logger.warn({
        event: 'connection_expiring',
        connectionId,
        daysAhead: days,
        because: connection.diesBecause,
      });
      if (days <= ASKED_DAYS)
        await this.notices.open(manager, connection, { reason: detail, requestedBy: 'forecast', cause: 'expiring' });
      const hint = 'An authorization link, opened by its user before then, keeps it alive.';
      return { publish: 'expiring', event: 'expiring', detail, hint };
    });
  }
}
