import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { readManifest } from '@lockkeeper/manifests';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Settings } from '../../apps/credentials/src/config/settings.js';
import { Init1790000000000 } from '../../apps/credentials/src/migrations/1-init.js';
import { ManifestDialects1790000100000 } from '../../apps/credentials/src/migrations/2-manifest-dialects.js';
import { dataSourceOptions } from '../../apps/credentials/src/migrations/data-source.js';
import { rowsOf } from '../support/database-copy.js';
import { freshDatabases } from '../support/databases.js';

const REVOKED = { encoding: 'form', parameters: { token: '{{ token }}' } };

/** A manifest as the first version stored it: whole, with every default of that time, and names that have changed since. */
const FIRST = {
  manifest: 1,
  tags: [],
  knownScopes: {},
  verified: 'never',
  unsure: [],
  fields: {},
  hosts: [],
  clientAuthentication: 'post',
  quirks: ['token_request_by_get'],
  authorize: { url: 'https://as.example/authorize', parameters: {}, scopes: ['read'], scopeSeparator: ' ' },
  token: { url: 'https://as.example/token', method: 'GET', query: {}, headers: {} },
  answer: { accessToken: '/token', success: [{ at: '/ok', equals: true }] },
  lifetimes: {},
  refresh: { lifetimeShare: 0.5, marginSeconds: 60 },
  revoke: {
    request: { url: 'https://as.example/revoke', body: REVOKED },
    acceptedStatuses: [200, 204],
    effect: 'token',
  },
  superseded: { policy: 'keep' },
  use: { baseUrls: ['https://api.example'] },
  test: null,
};

describe('A database of an earlier version', () => {
  const open: DataSource[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((source) => source.destroy()));
  });

  async function migrated(url: string, migrations?: DataSourceOptions['migrations']): Promise<DataSource> {
    const settings = { CREDENTIALS_DATABASE_URL: url, CREDENTIALS_DATABASE_POOL: 1 } as Settings;
    const source = new DataSource({ ...dataSourceOptions(settings), ...(migrations && { migrations }) });
    open.push(await source.initialize());
    await source.runMigrations();
    return source;
  }

  const store = (source: DataSource, manifest: object, id = randomUUID()) =>
    source.query(
      `INSERT INTO api_services (id, slug, name, kind, status, manifest, client_id) VALUES ($1, $2, 'X', 'oauth2', 'active', $3, 'c')`,
      [id, `s-${id}`, JSON.stringify(manifest)],
    );

  it('has its manifests in today’s form after the upgrade, each saying what it said', async () => {
    const { credentialsDatabaseUrl: url } = await freshDatabases();
    const first = await migrated(url, [Init1790000000000]);
    await store(first, FIRST);
    await store(first, { ...FIRST, quirks: [], revoke: null, token: { url: FIRST.token.url } });
    await migrated(url);

    const rows = await rowsOf<{ manifest: object }>(url, `SELECT manifest FROM api_services ORDER BY created_at`);
    const [odd, plain] = rows.map(({ manifest }) => manifest);
    for (const manifest of [odd, plain]) expect(readManifest(manifest).manifest).toEqual(manifest);
    const reason = expect.any(String);
    expect(odd).toMatchObject({
      grant: 'authorization_code',
      // The client's secret went into the URL of that request: allowed without a word then, a quirk with a reason now.
      quirks: [
        { quirk: 'tokenRequestByGet', reason },
        { quirk: 'secretInUrl', reason },
      ],
      answer: { accessToken: '/token', shows: [{ at: '/ok', equals: true }] },
      revoke: { statuses: [200, 204], effect: 'token' },
      refresh: { lifetimeShare: 0.5, marginSeconds: 60 },
    });
    expect(plain).toMatchObject({ quirks: [], revoke: null, token: { method: 'POST' } });
    expect(JSON.stringify(rows)).not.toMatch(/acceptedStatuses|success|token_request_by_get/);
  });

  it('keeps its connections, and looks at none before its time', async () => {
    const { credentialsDatabaseUrl: url } = await freshDatabases();
    const before = await migrated(url, [Init1790000000000, ManifestDialects1790000100000]);
    const service = randomUUID();
    await store(before, readableBefore(), service);
    await before.query(
      `INSERT INTO connections (id, api_service_id, user_id, status, version, revision) VALUES ($1, $2, 'ada', 'pending', 0, 0)`,
      [randomUUID(), service],
    );
    await migrated(url);
    const [connection] = await rowsOf(url, `SELECT status, refresh_at, subject_connection_id FROM connections`);
    expect(connection).toEqual({ status: 'pending', refresh_at: null, subject_connection_id: null });
    const [{ manifest } = { manifest: null }] = await rowsOf<{ manifest: object | null }>(
      url,
      `SELECT manifest FROM api_services`,
    );
    expect(manifest).toMatchObject({ grant: 'authorization_code', authorize: { shows: [] } });
  });
});

/** As the version before the grants stored it. */
function readableBefore(): object {
  const { manifest } = readManifest({
    manifest: 1,
    authorize: { url: 'https://as.example/authorize' },
    token: { url: 'https://as.example/token' },
  });
  const { grant: _grant, authorize, ...rest } = manifest;
  const { shows: _shows, ...earlier } = authorize;
  return { ...rest, authorize: earlier };
}
