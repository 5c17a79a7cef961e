import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeyRing } from '@lockkeeper/sealing';
import { SEALED_COLUMNS } from '../../apps/credentials/src/migrations/data-source.js';
import { succeeded } from '../support/api-client.js';
import { rowsOf } from '../support/database-copy.js';
import { Desk } from '../support/desk.js';
import { eventually } from '../support/eventually.js';
import { Provider } from '../support/provider.js';
import { System } from '../support/workspaces.js';

const SLUG = 'leaving';
/** What is opened for each request has to be whole. */
const CERTIFICATE = JSON.stringify({ certificate: 'none', privateKey: 'none' });

describe('An API service that is retired', () => {
  let system: System;
  let desk: Desk;
  let provider: Provider;

  beforeAll(async () => {
    [system, provider] = await Promise.all([System.start(), Provider.start()]);
    desk = new Desk(system);
    await desk.registerManifest(SLUG, provider, {});
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });

  const rows = <Row extends object>(sql: string, values: unknown[] = []) =>
    rowsOf<Row>(system.databases.credentialsDatabaseOwnerUrl!, sql, values);

  /** Every text column of every table, whoever made it, in which a sealed value is found. */
  async function holdingSealedValues(): Promise<string[]> {
    const columns = await rows<{ table: string; column: string }>(
      `SELECT c.table_name AS "table", c.column_name AS "column" FROM information_schema.columns c
       JOIN information_schema.tables t USING (table_schema, table_name)
       WHERE t.table_type = 'BASE TABLE' AND t.table_schema = 'public' AND c.data_type IN ('text', 'character varying', 'json', 'jsonb', 'bytea')`,
    );
    const found: string[] = [];
    for (const { table, column } of columns) {
      const held = await rows(`SELECT FROM ${table} WHERE ${column}::text LIKE '%lks_.%' LIMIT 1`);
      // Sealed to know the ring again by: it says nothing else.
      if (held.length > 0 && table !== 'key_checks') found.push(`${table}.${column}`);
    }
    return found.sort();
  }
  const listed = SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`).sort();

  it('has its sealed values in columns that are known as such, whatever is added to the tables', async () => {
    const checked = await rows<{ place: string }>(
      `SELECT DISTINCT u.table_name || '.' || u.column_name AS place FROM information_schema.check_constraints c
       JOIN information_schema.constraint_column_usage u USING (constraint_schema, constraint_name) WHERE c.check_clause LIKE '%lks1.%'`,
    );
    expect(listed).toEqual(expect.arrayContaining(checked.map(({ place }) => place)));
    // A text column that is new here holds a secret, and belongs to SEALED_COLUMNS; or it holds none, and belongs to this list.
    const plain = ['slug', 'name', 'kind', 'status', 'catalogue', 'client_id', 'client_secret_fingerprint'];
    plain.push('assertion_key_fingerprint', 'discovered_issuer');
    const texts = await rows<{ column: string }>(
      `SELECT column_name AS "column" FROM information_schema.columns WHERE table_name = 'api_services' AND data_type = 'text'`,
    );
    const sealed = SEALED_COLUMNS.filter(({ table }) => table === 'api_services').map(({ column }) => column as string);
    expect(texts.map(({ column }) => column).sort()).toEqual([...plain, ...sealed].sort());
  });

  it('leaves nothing secret behind, in no column of any table', async () => {
    const connection = await desk.connect(SLUG);
    await desk.refresh(connection);
    const leftOpen = await desk.open(SLUG);
    await desk.link(leftOpen);
    const [{ id: apiServiceId }] = (await rows<{ id: string }>(
      `SELECT id FROM api_services WHERE slug = '${SLUG}'`,
    )) as [{ id: string }];
    await rows(
      `INSERT INTO device_authorizations (id, connection_id, user_code, verification_uri, scopes, endpoints, interval_seconds, due_at, expires_at, created_by)
       VALUES ($1, $2, 'ABCD', 'https://as.example', '{}', '{}', 5, now() + interval '1 hour', now() + interval '1 hour', 'test')`,
      [randomUUID(), leftOpen.id],
    );
    await rows(`INSERT INTO notice_settings (api_service_id, channels) VALUES ($1, '{event}')`, [apiServiceId]);
    await fillWithSealedValues();
    const ofQueue = (place: string): boolean => place.startsWith('revocations.');
    expect(await holdingSealedValues()).toEqual(listed.filter((place) => !ofQueue(place)));

    expect(succeeded(await system.admin.delete(`/v1/api-services/${SLUG}?force=true`))).toMatchObject({ revoked: 1 });
    await eventually(
      async () => {
        expect(await holdingSealedValues()).toEqual([]);
        return true;
      },
      { what: 'nothing sealed is left' },
    );
    const { items } = succeeded(
      await system.admin.get<{ items: { objectId: string }[] }>('/v1/audit?action=api_service.secrets_erased'),
    );
    expect(items).toMatchObject([{ objectId: SLUG, details: { rows: { api_services: 1 } } }]);
  });

  /** Each of the columns, in whatever row there is, also those that this manifest would never fill; but what is to be revoked is real. */
  async function fillWithSealedValues(): Promise<void> {
    const facts = { fingerprint: 'f', changedAt: new Date().toISOString(), until: '2099-01-01T00:00:00Z' };
    await rows('UPDATE api_services SET former_secret_facts = $1', [JSON.stringify(facts)]);
    const ring = KeyRing.parse(await system.secrets.read('credentialsKeyRing'), 'credentials');
    for (const { table, column, ...more } of SEALED_COLUMNS.filter(({ table: name }) => name !== 'revocations')) {
      const key = 'key' in more ? more.key : 'id';
      for (const { id } of await rows<{ id: string }>(`SELECT ${key} AS id FROM ${table} WHERE ${column} IS NULL`)) {
        const value = column === 'client_certificate' ? CERTIFICATE : '{}';
        const sealed = ring.seal(value, { table, id, column });
        const where = table === 'device_authorizations' ? `AND status = 'pending'` : '';
        await rows(`UPDATE ${table} SET ${column} = $2 WHERE ${key} = $1 ${where}`, [id, sealed]);
      }
    }
  }
});
