import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair } from 'jose';
import { PROJECT_ROOT, type SecretFile } from '@lockkeeper/local-stack';
import { KeyRing, type KeyRingFile } from '@lockkeeper/sealing';
import { rowsOf } from '../support/database-copy.js';
import { type Connected, Desk } from '../support/desk.js';
import { eventually } from '../support/eventually.js';
import { Provider } from '../support/provider.js';
import { VaultServer } from '../support/vault.js';
import { System } from '../support/workspaces.js';

const ROWS = 2000;

type Jwk = Record<string, unknown> & { kid: string };

/** As docs/operations.md has the steps, for a ring of an older version whose keys Vault wraps from then on. */
describe('changing keys', () => {
  let system: System;
  let desk: Desk;
  let provider: Provider;
  let vault: VaultServer;
  let connection: Connected;
  let folder: string;
  let signing: Jwk;
  let sealing: Jwk;

  beforeAll(async () => {
    [provider, vault] = await Promise.all([Provider.start(), VaultServer.start()]);
    vault.rotate('lockkeeper-credentials');
    folder = await mkdtemp(join(tmpdir(), 'lockkeeper-keys-'));
    const tokenFile = join(folder, 'vault-token');
    await writeFile(tokenFile, `${vault.token}\n`, { mode: 0o600 });
    const env = {
      CREDENTIALS_KMS: 'vault',
      CREDENTIALS_KMS_VAULT_URL: vault.url,
      CREDENTIALS_KMS_VAULT_TOKEN_FILE: tokenFile,
      CREDENTIALS_KMS_NETWORKS: '127.0.0.0/8',
    };
    system = await System.start({ env });
    await changeRing({ format: undefined });
    await restart('credentials-1');
    desk = new Desk(system);
    await desk.registerProvider('kept', provider, { revokeUrl: provider.address('revoke') });
    connection = await desk.connect('kept');
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop(), vault?.stop(), rm(folder, { recursive: true, force: true })]);
  });

  const database = (): string => system.databases.credentialsDatabaseUrl;
  const ringPath = (): string => system.secrets.path('credentialsKeyRing');
  const restart = async (...names: string[]): Promise<void> => {
    await Promise.all(names.map((name) => system.replica(name).stop()));
    await Promise.all(names.map((name) => system.replica(name).start()));
  };

  /** `npm run keys:… -- credentials`, with the settings of the replica that runs. */
  function keys(...args: string[]): { process: ChildProcess; ended: Promise<{ code: number | null; output: string }> } {
    const { environment } = system.replica('credentials-1');
    const program = resolve(PROJECT_ROOT, 'apps/credentials/dist/keys.js');
    const child = spawn(process.execPath, [program, ...args], { env: { PATH: process.env['PATH'], ...environment } });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    return { process: child, ended: once(child, 'exit').then(([code]) => ({ code: code as number | null, output })) };
  }
  const keysDone = async (...args: string[]): Promise<string> => {
    const { code, output } = await keys(...args).ended;
    if (code !== 0) throw new Error(output);
    return output;
  };

  const sealedAs = async (prefix: string): Promise<number> => {
    const [row] = await rowsOf<{ count: number }>(
      database(),
      `SELECT count(*)::int AS count FROM connections WHERE starts_with(refresh_token, $1)`,
      [prefix],
    );
    return row!.count;
  };

  const ringFile = async (): Promise<KeyRingFile> => JSON.parse(await readFile(ringPath(), 'utf8')) as KeyRingFile;
  const changeRing = async (changes: { [member in keyof KeyRingFile]?: KeyRingFile[member] | undefined }) =>
    writeFile(ringPath(), JSON.stringify({ ...(await ringFile()), ...changes }));

  /** Many more connections of the same API service, not due for years, with refresh tokens of the ring as it is. */
  async function crowd(): Promise<Map<string, string>> {
    const ring = KeyRing.fromFile({ ...(await ringFile()), keys: await openKeys() }, 'credentials');
    const rows = Array.from({ length: ROWS }, () => ({
      id: randomUUID(),
      refresh: `refresh-${randomBytes(8).toString('hex')}`,
    }));
    const [service] = await rowsOf<{ id: string }>(database(), `SELECT id FROM api_services WHERE slug = 'kept'`);
    await rowsOf(
      database(),
      `INSERT INTO connections (id, api_service_id, user_id, status, version, refresh_token, refresh_at)
       SELECT r.id, $1, 'crowd-' || r.id, 'active', 1, r.sealed, now() + interval '9 years' FROM unnest($2::uuid[], $3::text[]) AS r(id, sealed)`,
      [
        service!.id,
        rows.map(({ id }) => id),
        rows.map(({ id, refresh }) => ring.seal(refresh, { table: 'connections', id, column: 'refresh_token' })),
      ],
    );
    return new Map(rows.map(({ id, refresh }) => [id, refresh]));
  }

  it('first adds one that only opens, wrapped by Vault, then lets it seal; readers get the keys that they will need', async () => {
    await crowd();
    expect(await keysDone('add')).toContain('k2 was added');
    expect(JSON.parse(await readFile(ringPath(), 'utf8'))).toMatchObject({
      writing: 'k1',
      keys: { k2: { wrappedBy: 'vault', ciphertext: expect.stringMatching(/^vault:v1:/) } },
    });
    expect(await keysDone('write', 'k2')).toContain('k2 seals');
    [signing, sealing] = await Promise.all([drawn('EdDSA', 'Ed25519'), drawn('ECDH-ES', 'X25519')]);
    await change('credentialsPublicKeys', (held) => [...held, publicHalf(signing)]);
    await change('accessTokensDecryptionKeys', (held) => [...held, sealing]);
    await restart('credentials-1', 'access-tokens-1');
    await refreshesAndReads();
    expect([await sealedAs('lks1.k1.'), await sealedAs('lks2.k2.')]).toEqual([ROWS, 1]);
  });

  it('refuses to boot without a key that is still needed, by its id', async () => {
    const ring = await readFile(ringPath(), 'utf8');
    await system.replica('credentials-1').stop();
    try {
      await onlyK2();
      await expect(system.replica('credentials-1').start()).rejects.toThrow(
        'key `k1`, with which values are still sealed',
      );
    } finally {
      await writeFile(ringPath(), ring);
      await system.replica('credentials-1').start();
    }
  });

  it('seals thousands of rows anew while they are used, goes on after a kill -9, and moves nothing', async () => {
    const place = (id: string) => ({ table: 'connections', id, column: 'refresh_token' });
    const plain = new Map<string, string>();
    const ring = KeyRing.fromFile({ writing: 'k1', keys: await openKeys() }, 'credentials');
    for (const { id, sealed } of await refreshTokens()) plain.set(id, ring.open(sealed, place(id)).reveal());
    const first = keys('rotate', '--batch', '50', '--pause-ms', '300');
    await eventually(async () => (await sealedAs('lks2.k2.')) > 200, { what: 'some of it is done' });
    expect((await desk.read(connection)).status).toBe(200);
    expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated' });
    first.process.kill('SIGKILL');
    await first.ended;
    const left = await sealedAs('lks1.k1.');
    expect(left).toBeGreaterThan(0);
    const output = await keysDone('rotate');
    expect(output).toContain(`connections.refresh_token: ${left}`);
    expect([await sealedAs('lks1.k1.'), await sealedAs('lks2.k2.')]).toEqual([0, ROWS + 1]);
    expect(await keysDone('rotate')).toContain('0 values were sealed anew');
    const { k2 } = await openKeys();
    const after = KeyRing.fromFile({ writing: 'k2', keys: { k2: k2! } }, 'credentials');
    for (const { id, sealed } of await refreshTokens()) {
      const opened = after.open(sealed, place(id)).reveal();
      if (id !== connection.id) expect(opened).toBe(plain.get(id));
    }
  });

  it('lets the old key go, and writes with the new ones to the other workspace', async () => {
    await onlyK2();
    await change('credentialsSigningKeys', (held) => [signing, ...held]);
    await change('accessTokensPublicKeys', (held) => [publicHalf(sealing), ...held]);
    await restart('credentials-1');
    await refreshesAndReads();
  });

  it('lets the old keys between the workspaces go: nothing was refused meanwhile', async () => {
    const files = [
      'credentialsPublicKeys',
      'accessTokensDecryptionKeys',
      'credentialsSigningKeys',
      'accessTokensPublicKeys',
    ] as const;
    for (const file of files)
      await change(file, (held) => held.filter(({ kid }) => kid === signing.kid || kid === sealing.kid));
    await restart('access-tokens-1', 'credentials-1');
    await refreshesAndReads();
    expect(system.logs).not.toContain('publication_refused');
  });

  it('binds to its workspace what isn’t yet, by the same key', async () => {
    expect(await seals()).toEqual({ state: 'up' });
    await changeRing({ format: undefined });
    await crowd();
    await restart('credentials-1');
    const write = 'npm run keys:write -- credentials k2, restart all replicas, then npm run keys:rotate -- credentials';
    expect(await seals()).toEqual({ state: 'up', detail: expect.stringContaining(write) });
    expect(await keysDone('rotate')).toContain('not bound to this workspace (lks1): keys:write … k2 changes that');
    expect(await keysDone('write', 'k2')).toContain('k2 seals, and binds what it seals to this workspace');
    await restart('credentials-1');
    const warned = () => eventually(async () => (await seals()).detail ?? false, { what: 'old values are told of' });
    expect(await warned()).toContain('Run npm run keys:rotate -- credentials (docs/operations.md, Keys).');
    const warning = { level: 'warn', event: 'sealed_in_old_form', detail: await warned() };
    expect(system.replica('credentials-1').lines).toContainEqual(expect.objectContaining(warning));
    const all = 2 * ROWS + 1;
    const output = await keysDone('rotate');
    expect(output).toContain(`connections.refresh_token: ${all}\n`);
    expect(output).toContain('all are sealed with k2 now, bound to this workspace (lks2).');
    expect([await sealedAs('lks1.'), await sealedAs('lks2.k2.')]).toEqual([0, all]);
    expect(await rowsOf(database(), `SELECT FROM key_checks WHERE starts_with(sealed, 'lks1.')`)).toEqual([]);
    await refreshesAndReads();
  });

  const seals = async (): Promise<{ state: string; detail?: string }> => {
    const response = await fetch(new URL('/health/ready', system.replica('credentials-1').url));
    const { checks } = (await response.json()) as { checks: { sealing: { state: string; detail?: string } } };
    return checks.sealing;
  };

  async function onlyK2(): Promise<void> {
    const { k2 } = (await ringFile()).keys;
    await changeRing({ keys: { k2: k2! } });
  }

  async function refreshesAndReads(): Promise<void> {
    const { version } = await desk.look(connection);
    expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: version + 1 });
    await desk.reads(connection, version + 1);
  }

  async function change(file: SecretFile, to: (held: Jwk[]) => Jwk[]): Promise<void> {
    const { keys: held } = JSON.parse(await system.secrets.read(file)) as { keys: Jwk[] };
    await writeFile(system.secrets.path(file), JSON.stringify({ keys: to(held) }));
  }

  /** The ring's keys as Vault opens them. */
  async function openKeys(): Promise<Record<string, string>> {
    const opened = Object.entries((await ringFile()).keys).map(([id, key]) => [
      id,
      typeof key === 'string' ? key : vault.opens('lockkeeper-credentials', key.ciphertext, id),
    ]);
    return Object.fromEntries(opened) as Record<string, string>;
  }

  const refreshTokens = (): Promise<{ id: string; sealed: string }[]> =>
    rowsOf(database(), 'SELECT id, refresh_token AS sealed FROM connections WHERE refresh_token IS NOT NULL');
});

const publicHalf = <K extends object>({ d: _secret, ...rest }: K & { d?: unknown }) => rest as unknown as K;

async function drawn(alg: string, crv: string): Promise<Jwk> {
  const { privateKey } = await generateKeyPair(alg, { crv, extractable: true });
  return { ...(await exportJWK(privateKey)), alg, kid: `next-${crv}` };
}
