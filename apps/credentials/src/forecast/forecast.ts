import { Injectable } from '@nestjs/common';
import type { ConnectionStatus } from '@lockkeeper/contracts';
import { DataSource } from 'typeorm';
import { deathInWords, UNAVOIDABLE } from '../connections/death.js';
import type { ForecastGroup, ForecastItem, ForecastQuery, ForecastView } from './forecast.dto.js';

interface Row {
  connectionId: string;
  apiService: string;
  user: string;
  status: ConnectionStatus;
  diesAt: Date;
  cause: string;
  avoidable: boolean;
  foretoldDays: number | null;
}

const GROUP_BY = {
  week: `to_char(date_trunc('week', c.dies_at AT TIME ZONE 'UTC'), 'YYYY-MM-DD')`,
  cause: 'c.dies_because',
  apiService: 's.slug',
} as const;

/** Which connections die when if nothing happens, and why. */
@Injectable()
export class Forecast {
  constructor(private readonly dataSource: DataSource) {}

  async look(query: ForecastQuery): Promise<ForecastView> {
    const { where, values } = conditions(query);
    if (query.groupBy !== undefined) return { items: [], next: null, groups: await this.groups(query, where, values) };
    const rows = await this.dataSource.query<Row[]>(
      `SELECT c.id AS "connectionId", s.slug AS "apiService", c.user_id AS "user", c.status, c.dies_at AS "diesAt",
         c.dies_because AS cause, NOT ${UNAVOIDABLE} AS avoidable, c.foretold_days AS "foretoldDays"
       FROM connections c JOIN api_services s ON s.id = c.api_service_id
       WHERE ${where} ORDER BY c.dies_at, c.id LIMIT ${query.limit}`,
      values,
    );
    const next = rows.length === query.limit ? rows.at(-1)!.connectionId : null;
    return { items: rows.map((row) => itemOf(row)), next, groups: [] };
  }

  private groups({ groupBy }: ForecastQuery, where: string, values: unknown[]): Promise<ForecastGroup[]> {
    return this.dataSource.query<ForecastGroup[]>(
      `SELECT ${GROUP_BY[groupBy!]} AS "${groupBy}", count(*)::int AS connections
       FROM connections c JOIN api_services s ON s.id = c.api_service_id WHERE ${where} GROUP BY 1 ORDER BY 1`,
      values,
    );
  }
}

/** Every value is bound; a condition that isn't asked for isn't there. */
function conditions(query: ForecastQuery): { where: string; values: unknown[] } {
  const { apiService, cause, withinDays, before, avoidable, after } = query;
  const values: unknown[] = [];
  const where = [`c.dies_at IS NOT NULL`, `c.status IN ('active', 'refresh_failing')`];
  const add = (value: unknown, condition: (place: string) => string): void => {
    if (value === undefined) return;
    values.push(value);
    where.push(condition(`$${values.length}`));
  };
  add(apiService, (place) => `s.slug = ${place} AND s.status <> 'retired'`);
  add(cause, (place) => `c.dies_because = ${place}`);
  add(withinDays, (place) => `c.dies_at <= now() + make_interval(hours => ${place}::int * 24)`);
  add(before, (place) => `c.dies_at < ${place}::timestamptz`);
  add(after, (place) => `(c.dies_at, c.id) > (SELECT l.dies_at, l.id FROM connections l WHERE l.id = ${place}::uuid)`);
  if (avoidable !== undefined) where.push(avoidable === 'true' ? `NOT ${UNAVOIDABLE}` : UNAVOIDABLE);
  return { where: where.join(' AND '), values };
}

const itemOf = ({ diesAt, ...row }: Row): ForecastItem => ({
  ...row,
  diesAt: diesAt.toISOString(),
  because: deathInWords({ diesBecause: row.cause, status: row.status }) ?? row.cause,
});
