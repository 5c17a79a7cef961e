import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { parse } from 'yaml';
import { Deployment, PRIVILEGES_LOCK } from '@lockkeeper/local-stack';
import { SettingsSchema as AccessTokensSettings } from '../../apps/access-tokens/src/config/settings.js';
import { SettingsSchema as CredentialsSettings } from '../../apps/credentials/src/config/settings.js';

const PROJECT = resolve(import.meta.dirname, '..', '..');

interface Service {
  image: string;
  restart?: string;
  user?: string;
  environment?: Record<string, string>;
  secrets?: string[];
  volumes?: string[];
  networks: string[];
  ports?: string[];
  healthcheck?: object;
  command?: string[];
  depends_on?: Record<string, { condition: string }>;
}

interface Compose {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
  networks: Record<string, object>;
  volumes: Record<string, object>;
}

/** As far as it can be checked without an engine: nothing here builds or runs an image. */
describe('docker-compose.yml', () => {
  let compose: Compose;
  let text: string;
  let folder: string;
  let variables: Record<string, string>;
  const at = (path: string): string => path.replace(/\$\{LOCKKEEPER_DEPLOYMENT:\?[^}]*\}/, folder);

  beforeAll(async () => {
    text = await readFile(join(PROJECT, 'docker-compose.yml'), 'utf8');
    compose = parse(text, { merge: true }) as Compose;
    folder = await mkdtemp(join(tmpdir(), 'lockkeeper-deployment-'));
    const environmentFile = await new Deployment(folder).generate();
    const lines = (await readFile(environmentFile, 'utf8')).trim().split('\n');
    variables = Object.fromEntries(lines.map((line) => line.split('=') as [string, string]));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('finds every secret and every folder that it names in what deploy:secrets makes', async () => {
    const mounted = Object.values(compose.services).flatMap(({ volumes = [] }) =>
      volumes.map((volume) => volume.split(/:(?=\/)/)[0]!),
    );
    const folders = mounted.filter((path) => path.startsWith('$'));
    const files = Object.values(compose.secrets).map(({ file }) => file);
    expect(files).toHaveLength(22);
    for (const path of [...files, ...folders]) await expect(stat(at(path))).resolves.toBeDefined();
  });

  it('declares every secret, network and volume that a service uses, and uses every one that it declares', () => {
    const used = (pick: (service: Service) => string[]): string[] =>
      [...new Set(Object.values(compose.services).flatMap(pick))].sort();
    expect(used(({ secrets = [] }) => secrets)).toEqual(Object.keys(compose.secrets).sort());
    expect(used(({ networks }) => networks)).toEqual(Object.keys(compose.networks).sort());
    const named = used(({ volumes = [] }) =>
      volumes.filter((volume) => /^[a-z]/.test(volume)).map((volume) => volume.split(':')[0]!),
    );
    expect(named).toEqual(Object.keys(compose.volumes).sort());
  });

  it.each([
    ['credentials', CredentialsSettings],
    ['access-tokens', AccessTokensSettings],
  ])('gives %s settings that it knows and accepts', (name, schema) => {
    const { PGPASSFILE, ...settings } = compose.services[name]!.environment!;
    expect(PGPASSFILE).toBe(`/run/secrets/${name}-database.pgpass`);
    expect(Object.keys(schema.shape)).toEqual(expect.arrayContaining(Object.keys(settings)));
    const filled = {
      ...settings,
      CREDENTIALS_PUBLIC_URL: 'https://lockkeeper.example',
      EGRESS_ALLOWED_NETWORKS: '',
      CREDENTIALS_RETURN_URL_ORIGINS: '',
    };
    expect(schema.safeParse(filled).error?.issues ?? []).toEqual([]);
  });

  it('gives a service every secret that its settings name, and no other', () => {
    for (const { environment = {}, secrets = [] } of Object.values(compose.services)) {
      const named = Object.values(environment).flatMap((value) => /^\/run\/secrets\/(.+)$/.exec(value)?.[1] ?? []);
      expect([...secrets].sort()).toEqual(named.sort());
    }
  });

  it('gives the role that owns the tables to nobody who runs on', () => {
    const holders = Object.entries(compose.services).filter(([, { environment = {}, secrets = [] }]) =>
      [...Object.keys(environment), ...secrets].some((name) => /owner/i.test(name)),
    );
    expect(holders.map(([name, { restart }]) => [name, restart])).toEqual([
      ['credentials-migrations', 'no'],
      ['access-tokens-migrations', 'no'],
    ]);
  });

  it('gives neither workspace a key, a database or a NATS user of the other', () => {
    const own = (name: string): string[] => compose.services[name]!.secrets!;
    expect(own('access-tokens').filter((secret) => secret.startsWith('credentials'))).toEqual([
      'credentials-public-keys.json',
    ]);
    expect(own('credentials').filter((secret) => secret.startsWith('access-tokens'))).toEqual([
      'access-tokens-public-keys.json',
    ]);
    const neighbours = (network: string): string[] =>
      Object.keys(compose.services).filter((name) => compose.services[name]!.networks.includes(network));
    expect(neighbours('credentials-database')).toEqual([
      'credentials-database',
      'credentials-migrations',
      'credentials',
    ]);
    expect(neighbours('access-tokens-database')).toEqual([
      'access-tokens-database',
      'access-tokens-migrations',
      'access-tokens',
    ]);
    expect(neighbours('broker').filter((name) => name.endsWith('database'))).toEqual([]);
  });

  it('has no default for anything that must be chosen, and no secret in the file itself', () => {
    const needed = [...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name!);
    expect([...new Set(needed)].sort()).toEqual(['CREDENTIALS_PUBLIC_URL', 'LOCKKEEPER_DEPLOYMENT', 'LOCKKEEPER_USER']);
    expect(Object.keys(variables).sort()).toEqual(['LOCKKEEPER_DEPLOYMENT', 'LOCKKEEPER_USER']);
    const given = Object.values(compose.services).flatMap(({ environment = {} }) => Object.entries(environment));
    for (const [name, value] of given)
      if (/PASSWORD|SECRET|_KEY/.test(name)) expect(value).toMatch(/^\/run\/secrets\//);
  });

  it('publishes doors on loopback only, never as root, and waits for what it needs to be healthy', () => {
    for (const name of [
      'credentials',
      'access-tokens',
      'credentials-migrations',
      'access-tokens-migrations',
      'nats',
      'streams',
    ])
      expect(compose.services[name]!.user).toContain('LOCKKEEPER_USER');
    expect(variables.LOCKKEEPER_USER).not.toMatch(/^0:/);
    for (const port of Object.values(compose.services).flatMap(({ ports = [] }) => ports))
      expect(port).toMatch(/^127\.0\.0\.1:/);
    for (const { depends_on: needs = {} } of Object.values(compose.services)) {
      for (const [name, { condition }] of Object.entries(needs)) {
        if (condition === 'service_healthy') expect(compose.services[name]!.healthcheck).toBeDefined();
        else expect([compose.services[name]!.restart, condition]).toEqual(['no', 'service_completed_successfully']);
      }
    }
  });

  it('runs programs that the Dockerfile puts into the image, as another user than root', async () => {
    const dockerfile = await readFile(join(PROJECT, 'Dockerfile'), 'utf8');
    const image = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
    expect(image).toMatch(/^USER node$/m);
    for (const { command } of [
      compose.services.credentials!,
      compose.services['access-tokens']!,
      compose.services.streams!,
      compose.services['credentials-migrations']!,
      compose.services['access-tokens-migrations']!,
    ]) {
      const [program] = command!;
      await expect(stat(join(PROJECT, program!))).resolves.toBeDefined();
      expect(image).toContain(
        program!.startsWith('libs/') ? '/lockkeeper/libs libs' : `/lockkeeper/${program!.split('/dist/')[0]} `,
      );
    }
  });

  it('makes a database whose role logs in with the password of its pgpass file, and with no other', async () => {
    const admin = new pg.Client({ connectionString: process.env.LOCKKEEPER_TEST_POSTGRES_URL });
    await admin.connect();
    const sql = await readFile(join(folder, 'secrets', 'credentials-database.sql'), 'utf8');
    const [, , , , password] = (await readFile(join(folder, 'secrets', 'credentials-database.pgpass'), 'utf8'))
      .trim()
      .split(':');
    // In the server of all tests: others change the privileges of its usual databases, too.
    await admin.query('SELECT pg_advisory_lock($1)', [PRIVILEGES_LOCK]);
    for (const statement of sql.split(';').filter((part) => part.trim())) await admin.query(statement);
    await admin.query('SELECT pg_advisory_unlock($1)', [PRIVILEGES_LOCK]);
    const url = new URL(process.env.LOCKKEEPER_TEST_POSTGRES_URL!);
    const passwordFile = join(folder, 'pgpass');
    const logIn = async (secret: string): Promise<unknown> => {
      await writeFile(passwordFile, `${url.hostname}:${url.port}:credentials:credentials:${secret}\n`, { mode: 0o600 });
      process.env.PGPASSFILE = passwordFile;
      const source = new DataSource({ type: 'postgres', url: `postgres://credentials@${url.host}/credentials` });
      try {
        await source.initialize();
        return await source.query('SELECT rolsuper FROM pg_roles WHERE rolname = current_user');
      } finally {
        delete process.env.PGPASSFILE;
        if (source.isInitialized) await source.destroy();
      }
    };
    try {
      expect(await logIn(password!)).toEqual([{ rolsuper: false }]);
      await expect(logIn('wrong')).rejects.toThrow(/password authentication failed/);
    } finally {
      await admin.query('DROP DATABASE credentials');
      await admin.query('DROP ROLE credentials, credentials_owner');
      await admin.end();
    }
  });

  it('keeps what it made before when it is made again, and refuses to draw new NATS keys beside old accounts', async () => {
    const ring = await readFile(join(folder, 'secrets', 'credentials-key-ring.json'), 'utf8');
    const creds = await readFile(join(folder, 'nats', 'credentials.creds'), 'utf8');
    await new Deployment(folder).generate();
    expect(await readFile(join(folder, 'secrets', 'credentials-key-ring.json'), 'utf8')).toBe(ring);
    expect(await readFile(join(folder, 'nats', 'credentials.creds'), 'utf8')).toBe(creds);
    await rm(join(folder, 'nats', 'offline'), { recursive: true });
    await expect(new Deployment(folder).generate()).rejects.toThrow(/not there any more/);
  });
});
