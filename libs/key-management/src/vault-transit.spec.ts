import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeyRing, Secret } from '@lockkeeper/sealing';
import { VaultServer } from '../../../test/support/vault.js';
import { keyServiceFaults } from './key-wrapping-of.js';
import { addKey, writeWith } from './ring-file.js';
import { VaultTransit, type VaultTransitOptions } from './vault-transit.js';

const place = { table: 'connections', id: '1', column: 'refresh_token' };

describe('keys that Vault wraps', () => {
  let vault: VaultServer;
  let folder: string;
  const opened: VaultTransit[] = [];
  const transit = (changes: Partial<VaultTransitOptions> = {}): VaultTransit => {
    const usual = { url: vault.url, token: new Secret(vault.token), key: 'lockkeeper', mount: 'transit', pauseMs: 1 };
    const made = new VaultTransit({ ...usual, networks: ['127.0.0.0/8'], ...changes });
    opened.push(made);
    return made;
  };

  beforeAll(async () => {
    [vault, folder] = await Promise.all([VaultServer.start(), mkdtemp(join(tmpdir(), 'lockkeeper-vault-'))]);
    vault.rotate('lockkeeper');
  });
  afterAll(async () => {
    await Promise.all(opened.map((one) => one.close()));
    await vault.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('come back as they were, also after Vault’s own key was rotated', async () => {
    const key = randomBytes(32);
    const before = await transit().wrap(key, 'k1');
    vault.rotate('lockkeeper');
    const after = await transit().wrap(key, 'k1');
    expect([before, after]).toEqual([expect.stringMatching(/^vault:v1:/), expect.stringMatching(/^vault:v2:/)]);
    expect(await transit().unwrap(before, 'k1')).toEqual(key);
    expect(await transit().unwrap(after, 'k1')).toEqual(key);
  });

  it('are asked for with the token in its header, and the namespace where there is one', async () => {
    await transit({ namespace: 'team/a' }).wrap(randomBytes(32), 'k1');
    const { url, headers } = vault.requests.at(-1)!;
    expect(url).toBe('/v1/transit/encrypt/lockkeeper');
    expect(headers).toMatchObject({
      'x-vault-token': vault.token,
      'x-vault-request': 'true',
      'x-vault-namespace': 'team/a',
    });
  });

  it('can’t be passed off as one another', async () => {
    const wrapped = await transit().wrap(randomBytes(32), 'k1');
    await expect(transit().unwrap(wrapped, 'k2')).rejects.toMatchObject({
      code: 'key_service_refused',
      message: expect.stringContaining('Key `k2`'),
    });
  });

  it('are refused by id, and in words, with a wrong token, key or mount; never with a secret in it', async () => {
    const wrapped = await transit().wrap(randomBytes(32), 'k1');
    const wrong = [{ token: new Secret('hvs.wrong') }, { key: 'another' }, { mount: 'elsewhere' }];
    for (const changes of wrong) {
      const error = await transit(changes)
        .unwrap(wrapped, 'k1')
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'key_service_refused', message: expect.stringContaining('Key `k1`') });
      expect(String(error)).not.toMatch(/hvs\./);
    }
  });

  it('are waited for while Vault is sealed, for a while', async () => {
    const wrapped = await transit().wrap(randomBytes(32), 'k1');
    vault.sealed = true;
    const waiting = transit({ pauseMs: 200 }).unwrap(wrapped, 'k1');
    await expect(transit().unwrap(wrapped, 'k1')).rejects.toMatchObject({
      code: 'key_service_unavailable',
      message: expect.stringContaining('Vault is sealed'),
    });
    vault.sealed = false;
    expect((await waiting).length).toBe(32);
  });

  it('are told as away where nobody answers, or the network is not allowed', async () => {
    for (const changes of [{ url: 'http://127.0.0.1:9' }, { networks: [] }])
      await expect(transit(changes).unwrap('vault:v1:AAAA', 'k1')).rejects.toMatchObject({
        code: 'key_service_unavailable',
      });
  });

  it('are added to a ring one by one: first they open, then they seal', async () => {
    const path = join(folder, 'ring.json');
    const open = { writing: 'k1', keys: { k1: randomBytes(32).toString('base64url') } };
    await writeFile(path, JSON.stringify(open), { mode: 0o600 });
    const old = KeyRing.fromFile(open, 'credentials').seal('x', place);
    expect(await addKey(path, transit())).toBe('k2');
    expect((await KeyRing.load(await readFile(path, 'utf8'), 'credentials', transit())).writing).toBe('k1');
    await expect(writeWith(path, 'k3')).rejects.toThrow('no key `k3`');
    await writeWith(path, 'k2');
    const ring = await KeyRing.load(await readFile(path, 'utf8'), 'credentials', transit());
    expect(ring.seal('y', place)).toMatch(/^lks2\.k2\./);
    expect(ring.open(old, place).reveal()).toBe('x');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, 'utf8')).toContain('"wrappedBy": "vault"');
  });

  it('need settings that say where Vault is, by name', () => {
    const none = { keyFile: undefined, vaultTokenFile: undefined, vaultUrl: undefined };
    expect(keyServiceFaults('X_', { service: 'vault', ...none })).toEqual([
      'X_KMS=vault needs X_KMS_VAULT_URL and X_KMS_VAULT_TOKEN_FILE',
    ]);
    expect(keyServiceFaults('X_', { service: 'file', ...none })).toEqual(['X_KMS=file needs X_KMS_KEY_FILE']);
    expect(keyServiceFaults('X_', { service: 'none', ...none })).toEqual([]);
  });
});
