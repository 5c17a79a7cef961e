import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type PostgresOptions, preparedDatabase } from '@lockkeeper/database';
import { PROJECT_ROOT, type WorkspaceDatabases } from '@lockkeeper/local-stack';
import { KeyRing } from '@lockkeeper/sealing';
import { DataSource } from 'typeorm';
import { dataSourceOptions as accessTokensOptions } from '../../apps/access-tokens/src/migrations/data-source.js';
import { dataSourceOptions as credentialsOptions } from '../../apps/credentials/src/migrations/data-source.js';
import { freshDatabases } from '../support/databases.js';

interface Column {
  table: string;
  name: string;
  type: string;
  required: boolean;
}

type Options<Settings> = (settings: Settings) => PostgresOptions;

/**
 * While a new version is rolled out, replicas of the old one work on the new one's database (expand and contract): whatever they write and read
 * must still be there, as it was, and nothing may be asked of them that they don't know.
 */
describe.each([
  ['credentials', credentialsOptions as Options<never>],
  ['access-tokens', accessTokensOptions as Options<never>],
])('The migrations of %s', (workspace, optionsFor) => {
  let source: DataSource;

  beforeAll(async () => {
    source = await new DataSource(optionsFor(settingsFor(await freshDatabases()) as never)).initialize();
  });
  afterAll(() => source?.destroy());

  const columns = (): Promise<Column[]> =>
    source.query(
      `SELECT table_name AS table, column_name AS name, data_type AS type,
         is_nullable = 'NO' AND column_default IS NULL AND identity_generation IS NULL AS required
       FROM information_schema.columns WHERE table_schema = 'public'`,
    );

  it('add, and neither take away nor ask for what an older version does not write', async () => {
    const runner = source.createQueryRunner();
    let before: Column[] = [];
    for (const migration of source.migrations) {
      await migration.up(runner);
      const after = await columns();
      expect({ migration: migration.name, harm: harmOf(before, after) }).toEqual({
        migration: migration.name,
        harm: [],
      });
      before = after;
    }
    await runner.release();
    expect(before.length).toBeGreaterThan(30);
  });

  it('are in one order, whoever looks', () => {
    const stamps = source.migrations.map(({ name }) => Number(/\d{13}$/.exec(name ?? '')?.[0]));
    expect(stamps).toEqual([...stamps].sort((one, other) => one - other));
    expect(new Set(stamps).size).toBe(stamps.length);
  });

  it('are run by the owner of the tables, in a program of its own; the workspace’s role can’t, and says what to do', async () => {
    const settings = settingsFor(await freshDatabases({ owners: true }));
    const keyRing = KeyRing.parse(
      JSON.stringify({ writing: 'k1', keys: { k1: randomBytes(32).toString('base64url') } }),
      workspace as 'credentials' | 'access-tokens',
    );
    const keys = { keyRing, setting: 'KEY_RING_FILE', sealedColumns: [] };
    const prepare = () => preparedDatabase({ dataSource: optionsFor(settings as never), keys });
    await expect(prepare()).rejects.toMatchObject({
      code: 'migrations_pending',
      hint: expect.stringContaining('migrate.js'),
    });
    await promisify(execFile)(process.execPath, [`apps/${workspace}/dist/migrate.js`], {
      cwd: PROJECT_ROOT,
      env: { PATH: process.env['PATH'], ...settings },
    });
    const prepared = await prepare();
    expect(await prepared.query('SELECT count(*)::int AS keys FROM key_checks')).toEqual([{ keys: 1 }]);
    await expect(prepared.query('CREATE TABLE mine (x int)')).rejects.toThrow(/permission denied/);
    await prepared.destroy();
  });
});

const settingsFor = (databases: WorkspaceDatabases): Record<string, string> => ({
  CREDENTIALS_DATABASE_URL: databases.credentialsDatabaseUrl,
  ACCESS_TOKENS_DATABASE_URL: databases.accessTokensDatabaseUrl,
  ...(databases.credentialsDatabaseOwnerUrl && {
    CREDENTIALS_DATABASE_OWNER_URL: databases.credentialsDatabaseOwnerUrl,
    ACCESS_TOKENS_DATABASE_OWNER_URL: databases.accessTokensDatabaseOwnerUrl!,
  }),
});

/** What an older version would stumble over. */
function harmOf(before: Column[], after: Column[]): string[] {
  const nameOf = ({ table, name }: Column): string => `${table}.${name}`;
  const tables = new Set(before.map(({ table }) => table));
  const now = new Map(after.map((column) => [nameOf(column), column]));
  const known = new Map(before.map((column) => [nameOf(column), column]));
  const missing = before.filter((column) => !now.has(nameOf(column))).map((column) => `${nameOf(column)} is gone`);
  const changed = before
    .filter((column) => now.has(nameOf(column)) && !alike(now.get(nameOf(column))!.type, column.type))
    .map((column) => `${nameOf(column)} has another type`);
  const asked = after
    .filter((column) => tables.has(column.table) && column.required && !known.get(nameOf(column))?.required)
    .map((column) => `${nameOf(column)} has to be written`);
  return [...missing, ...changed, ...asked];
}

/** Both are written and read as the same text; one keeps the order of its members. */
const alike = (one: string, other: string): boolean => one.replace('jsonb', 'json') === other.replace('jsonb', 'json');
