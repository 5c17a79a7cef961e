import { clockAhead } from '../support/clock-ahead.js';
import { eventually } from '../support/eventually.js';
import type { Battlefield } from './battlefield.js';
import { type Figure, allOf, counted, holds } from './figures.js';

/**
 * Makes the database tell another time: a `now()` that is found before PostgreSQL's own. Replicas go by the database's clock, so that with it
 * all of credentials travels in time.
 */
export class VirtualTime {
  private constructor(private readonly field: Battlefield) {}

  static async take(field: Battlefield): Promise<VirtualTime> {
    await field.rows('CREATE SCHEMA virtual_time');
    await field.rows('CREATE TABLE virtual_time.ahead (by interval NOT NULL)');
    await field.rows(`INSERT INTO virtual_time.ahead VALUES ('0')`);
    await field.rows(
      `CREATE FUNCTION virtual_time.now() RETURNS timestamptz LANGUAGE sql STABLE AS
       'SELECT pg_catalog.transaction_timestamp() + (SELECT by FROM virtual_time.ahead)'`,
    );
    await field.rows('GRANT USAGE ON SCHEMA virtual_time TO PUBLIC');
    await field.rows('GRANT SELECT ON virtual_time.ahead TO PUBLIC');
    // "public" first: what is made, migrations for one, is looked for and put there.
    const [row] = await field.rows<{ name: string }>('SELECT current_database() AS name');
    await field.rows(`ALTER DATABASE ${row!.name} SET search_path = public, virtual_time, pg_catalog`);
    // The path counts from the next connection on.
    await Promise.all(field.system.credentials.map((replica) => replica.stop()));
    await Promise.all(field.system.credentials.map((replica) => replica.start()));
    return new VirtualTime(field);
  }

  async advance(minutes: number): Promise<void> {
    await this.field.rows('UPDATE virtual_time.ahead SET by = by + make_interval(mins => $1)', [minutes]);
  }
}

/** 48 hours of a wrong client secret, and then the right one. */
export async function wrongSecret(
  field: Battlefield,
  time: VirtualTime,
  { count, steps }: { count: number; steps: number },
): Promise<Figure[]> {
  const provider = await field.provider('secretive');
  const ids = await field.due('secretive', count);
  await field.settled(ids);
  const right = provider.changeClientSecret();
  await field.rows(`UPDATE connections SET refresh_at = now() WHERE id = ANY($1)`, [ids]);
  const fault = async (): Promise<boolean> =>
    (await field.rows(`SELECT FROM api_services WHERE slug = 'secretive' AND status = 'client_fault'`)).length === 1;
  await eventually(fault, { what: 'the client’s breaker opens' });
  // An hour that passes in the middle of a request would end its lease.
  const none = async (): Promise<boolean> =>
    (await field.rows(`SELECT FROM refresh_ledger WHERE connection_id = ANY($1) AND outcome IS NULL`, [ids])).length ===
    0;
  for (let step = 0; step < steps; step += 1) {
    await eventually(none, { what: 'none is under way' });
    const before = provider.tokenRequests('refresh_token').length;
    await time.advance((48 * 60) / steps);
    await eventually(() => provider.tokenRequests('refresh_token').length > before, { what: 'a connection probes' });
  }
  const during = await field.fates(ids);
  const asked = provider.tokenRequests('refresh_token').length;
  await field.system.admin.patch('/v1/api-services/secretive', { clientSecret: right });
  await time.advance(2);
  await eventually(async () => (await field.fates(ids)).every(({ version }) => version > 2), {
    what: 'all are refreshed',
    deadlineMs: 60_000,
  });
  return [
    allOf(
      '48 virtual hours of a wrong client secret: grants unharmed',
      during.filter(({ status, notices }) => status === 'active' && notices === 0).length,
      count,
    ),
    holds('48 hours of a wrong secret: requests, probes and no storm', `${asked}`, asked <= 4 * count + 2 * steps),
    holds(
      'a wrong secret: alarmed',
      'api_service_client_fault',
      field.system.logs.includes('api_service_client_fault'),
    ),
    allOf('the right secret again: refreshed by themselves and alive', (await field.living(ids)).length, count),
  ];
}

/** Replicas whose own clocks are minutes apart. */
export async function skewedClocks(field: Battlefield, { count }: { count: number }): Promise<Figure[]> {
  const provider = await field.provider('skewed');
  const minutes = [-6, 7, 0, 3];
  await Promise.all(
    field.system.credentials.map(async (replica, index) => {
      await replica.stop();
      await replica.start(clockAhead(minutes[index % minutes.length]!));
    }),
  );
  const ids = await field.due('skewed', count);
  await field.settled(ids);
  const [row] = await field.rows<{ off: number }>(
    `SELECT max(abs(extract(epoch FROM expires_at - l.answered_at) - 3600))::float8 AS off FROM connections c
     JOIN refresh_ledger l ON l.connection_id = c.id WHERE c.id = ANY($1)`,
    [ids],
  );
  const sent = provider.tokenRequests('refresh_token').length;
  return [
    counted(`clocks up to 13 minutes apart: refreshes of ${count} due connections`, sent, count),
    holds(
      'clocks apart: how far a token’s end is told wrong, in seconds, below 10',
      row!.off.toFixed(1),
      row!.off < 10,
    ),
    allOf('clocks apart: alive', (await field.living(ids)).length, count),
  ];
}
