import { Injectable } from '@nestjs/common';
import type { ConnectionStatus } from '@lockkeeper/contracts';
import { DataSource } from 'typeorm';
import { ConnectionList } from '../connections/connection-list.js';

/** What happened to refreshes in one stretch of time. */
export interface RotationCount {
  from: Date;
  rotated: number;
  failed: number;
}

export interface Statistics {
  connections: Partial<Record<ConnectionStatus, number>>;
  clientsAtFault: number;
  openNotices: number;
  /** Every stretch, also those in which nothing happened. */
  rotations: RotationCount[];
}

const COUNTS = `SELECT (SELECT count(*)::int FROM api_services WHERE status = 'client_fault' OR frozen IS NOT NULL) AS "clientsAtFault",
  (SELECT count(*)::int FROM notices WHERE closed_at IS NULL) AS "openNotices"`;

/** `$1` hours back, in stretches of `$2` minutes that begin where a clock would have them begin. */
const ROTATIONS = `
  WITH stretch AS (
    SELECT make_interval(mins => $2) AS long, date_bin(make_interval(mins => $2), now(), 'epoch') AS last
  ), counted AS (
    SELECT date_bin(stretch.long, closed_at, 'epoch') AS begun, count(*) FILTER (WHERE outcome = 'applied')::int AS rotated,
      count(*) FILTER (WHERE outcome IN ('refused', 'failed', 'indeterminate'))::int AS failed
    FROM refresh_ledger, stretch WHERE closed_at > now() - make_interval(hours => $1) GROUP BY 1
  )
  SELECT begun AS "from", coalesce(rotated, 0) AS rotated, coalesce(failed, 0) AS failed
  FROM stretch, generate_series(last - make_interval(hours => $1) + long, last, long) AS begun LEFT JOIN counted USING (begun)
  ORDER BY begun`;

/** How it goes, in numbers: each is read from an index. */
@Injectable()
export class StatisticsReader {
  constructor(
    private readonly dataSource: DataSource,
    private readonly connections: ConnectionList,
  ) {}

  async read(hours: number): Promise<Statistics> {
    const [connections, [counts], rotations] = await Promise.all([
      this.connections.counts({}),
      this.dataSource.query<Pick<Statistics, 'clientsAtFault' | 'openNotices'>[]>(COUNTS),
      this.dataSource.query<RotationCount[]>(ROTATIONS, [hours, stretchMinutes(hours)]),
    ]);
    return { connections, ...counts!, rotations };
  }
}

/** So that a chart has about fifty points. */
const stretchMinutes = (hours: number): number => (hours <= 24 ? 30 : hours <= 72 ? 120 : 360);
