import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import type { Settings } from '../../apps/credentials/src/config/settings.js';
import { Connection } from '../../apps/credentials/src/connections/connection.entity.js';
import {
  connectionColumns,
  connectionOf,
  type ConnectionRow,
  ConnectionWrites,
  copyOf,
} from '../../apps/credentials/src/connections/connection-rows.js';
import { dataSourceOptions } from '../../apps/credentials/src/migrations/data-source.js';
import { freshDatabases } from '../support/databases.js';

const API_SERVICE = randomUUID();
/** Of each type of column a value that no row has; where not everything is allowed, by the column. */
const OTHER: Record<string, unknown> = {
  text: 'lks2.k1.another',
  uuid: randomUUID(),
  integer: 7,
  bigint: 70,
  boolean: true,
  timestamptz: new Date('2031-05-06T07:08:09.123Z'),
  jsonb: { another: ['"quoted"', null] },
  'text[]': ['a', 'b "c", {d}'],
  status: 'refresh_failing',
};

describe('What changed in connections', () => {
  let dataSource: DataSource;
  let writes: ConnectionWrites;
  let ids: string[];

  beforeAll(async () => {
    const { credentialsDatabaseUrl: url } = await freshDatabases();
    const settings = { CREDENTIALS_DATABASE_URL: url, CREDENTIALS_DATABASE_POOL: 2 } as Settings;
    dataSource = await new DataSource(dataSourceOptions(settings)).initialize();
    await dataSource.runMigrations();
    writes = new ConnectionWrites(dataSource);
    await dataSource.query(
      `INSERT INTO api_services (id, slug, name, kind, status, manifest, client_id) VALUES ($1, 's', 'S', 'oauth2', 'active', '{}', 'c')`,
      [API_SERVICE],
    );
  });
  afterAll(async () => {
    await dataSource?.destroy();
  });
  beforeEach(async () => {
    ids = [randomUUID(), randomUUID(), randomUUID()];
    await dataSource.query(
      `INSERT INTO connections (id, api_service_id, user_id, status, access_token, scope)
       SELECT id, $2, id::text, 'active', 'lks2.k1.first', 'read' FROM unnest($1::uuid[]) AS id`,
      [ids, API_SERVICE],
    );
  });

  const look = async (): Promise<Connection[]> => {
    const rows = await dataSource.query<ConnectionRow[]>(
      `SELECT ${connectionColumns(dataSource)} FROM connections WHERE id = ANY($1) ORDER BY array_position($1, id)`,
      [ids],
    );
    return rows.map(connectionOf);
  };
  /** Everything but which state of its row it is. */
  const whole = ({ rowVersion: _state, ...connection }: Connection): object => ({ ...connection });
  const byId = (connections: readonly Connection[]) => new Map(connections.map((one) => [one.id, one]));

  it('is written column by column, whichever it is, with and without what was seen before', async () => {
    const constant = ['id', 'apiServiceId', 'user', 'createdAt'];
    const changing = dataSource.getMetadata(Connection).columns.filter((one) => !constant.includes(one.propertyName));
    expect(changing.length).toBeGreaterThan(30);
    for (const { propertyName, type, isArray } of changing) {
      const seen = await look();
      const [first, second, other] = seen.map(copyOf) as [Connection, Connection, Connection];
      const value = OTHER[propertyName] ?? OTHER[isArray ? `${String(type)}[]` : String(type)];
      const subject = propertyName.endsWith('ConnectionId') ? other.id : value;
      Object.assign(first, { [propertyName]: subject });
      await writes.keep(dataSource.manager, [first, second], byId(seen));
      Object.assign(second, { [propertyName]: subject });
      await writes.keep(dataSource.manager, [second], new Map());
      expect((await look()).map(whole)).toEqual([first, second, other].map(whole));
    }
  });

  it('is written for all where one of them changed in more than its tokens', async () => {
    const seen = await look();
    const [first, second] = seen.map(copyOf) as [Connection, Connection];
    Object.assign(first, { accessToken: 'lks2.k1.second', version: 2, expiresAt: new Date('2031-01-01T00:00:00Z') });
    Object.assign(second, {
      accessToken: 'lks2.k1.third',
      version: 3,
      notify: 'somebody@else.example',
      params: { shop: 'x' },
    });
    await writes.keep(dataSource.manager, [first, second], byId(seen));
    expect((await look()).slice(0, 2).map(whole)).toEqual([first, second].map(whole));
  });

  it('tells its states apart, and one that was only locked is the same', async () => {
    const [before] = await look();
    await dataSource.transaction((manager) =>
      manager.query('SELECT FROM connections WHERE id = $1 FOR UPDATE', [ids[0]]),
    );
    expect((await look())[0]!.rowVersion).toBe(before!.rowVersion);
    await dataSource.query('UPDATE connections SET notify = notify WHERE id = $1', [ids[0]]);
    expect((await look())[0]!.rowVersion).not.toBe(before!.rowVersion);
  });
});
