import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SettingsInvalid } from '@lockkeeper/configuration';
import { SettingsSchema, readSettings } from './settings.js';
import { readWorkspaceKeys } from './workspace-keys.js';

const publicKey = (crv: string) => ({
  kty: 'OKP',
  crv,
  kid: `a-${crv}`,
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
});
const privateKey = (crv: string) => ({ ...publicKey(crv), d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A' });

describe('settings', () => {
  let folder: string;
  const file = (name: string, content: unknown): string => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };

  const usual = (): Record<string, string> => ({
    ACCESS_TOKENS_DATABASE_URL: 'postgres://somebody:hunter2@127.0.0.1/tokens',
    ACCESS_TOKENS_KEY_RING_FILE: file('ring', {
      writing: 'k1',
      keys: { k1: Buffer.alloc(32, 7).toString('base64url') },
    }),
    ACCESS_TOKENS_DECRYPTION_KEYS_FILE: file('decryption', { keys: [privateKey('X25519')] }),
    CREDENTIALS_PUBLIC_KEYS_FILE: file('public', { keys: [publicKey('Ed25519')] }),
    ACCESS_TOKENS_AUDIT_KEYS_FILE: file('audit', { keys: [privateKey('Ed25519')] }),
    NATS_URL: 'nats://127.0.0.1:4222',
  });

  const faultsOf = async (environment: Record<string, string>): Promise<string[]> => {
    try {
      await readWorkspaceKeys(readSettings(environment));
      return [];
    } catch (error) {
      if (error instanceof SettingsInvalid) return error.faults;
      throw error;
    }
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lockkeeper-settings-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are read once, with defaults, and can’t be changed afterwards', () => {
    const settings = readSettings(usual());
    expect(settings.ACCESS_TOKENS_PORT).toBe(7102);
    expect(settings.ACCESS_TOKENS_REFRESH_DEADLINE_SECONDS).toBe(10);
    expect(Object.isFrozen(settings)).toBe(true);
  });

  it('are refused with all faults at once, by name and never by value', async () => {
    const faults = await faultsOf({
      ...usual(),
      ACCESS_TOKENS_DATABASE_URL: 'mysql://somebody:hunter2@host/x',
      ACCESS_TOKENS_PORT: 'hunter2',
      NATS_URL: '',
    });
    expect(faults.map((fault) => fault.split(':')[0])).toEqual([
      'ACCESS_TOKENS_DATABASE_URL',
      'ACCESS_TOKENS_PORT',
      'NATS_URL',
    ]);
    expect(faults.join()).not.toContain('hunter2');
  });

  it('must fit one another', async () => {
    const contradicting = { ACCESS_TOKENS_CLOCK_MARGIN_SECONDS: '20', ACCESS_TOKENS_REFRESH_DEADLINE_SECONDS: '10' };
    expect(await faultsOf({ ...usual(), ...contradicting })).toEqual([
      expect.stringMatching(/CLOCK_MARGIN_SECONDS must not be greater than .*REFRESH_DEADLINE_SECONDS/),
    ]);
    const one = usual();
    const same = { ...one, ACCESS_TOKENS_DECRYPTION_KEYS_FILE: one.ACCESS_TOKENS_KEY_RING_FILE! };
    expect(await faultsOf(same)).toEqual([expect.stringContaining('must be two files')]);
  });

  it('of consumers’ NATS users are given as a whole, and show consumers no password', async () => {
    const [signing, account] = [file('scope.nk', 'x'), file('consumers.pub', 'x')];
    const some = { ACCESS_TOKENS_CONSUMERS_SIGNING_KEY_FILE: signing, ACCESS_TOKENS_CONSUMERS_ACCOUNT_FILE: account };
    expect(await faultsOf({ ...usual(), ...some })).toEqual([
      expect.stringMatching(/DURABLES_NATS_CREDS_FILE belong together/),
    ]);
    const all = { ...some, ACCESS_TOKENS_DURABLES_NATS_CREDS_FILE: signing };
    const faults = await faultsOf({ ...usual(), ...all, NATS_URL: 'nats://somebody:hunter2@127.0.0.1' });
    expect(faults).toEqual([expect.stringMatching(/^ACCESS_TOKENS_CONSUMERS_NATS_URL must be a URL that consumers/)]);
    expect(await faultsOf({ ...usual(), ...all })).toContainEqual(
      expect.stringMatching(/^ACCESS_TOKENS_CONSUMERS_SIGNING_KEY_FILE.*: it must hold an account’s signing seed/),
    );
  });

  it('name files that have to be there', async () => {
    expect(await faultsOf({ ...usual(), CREDENTIALS_PUBLIC_KEYS_FILE: join(folder, 'nowhere') })).toEqual([
      expect.stringMatching(/^CREDENTIALS_PUBLIC_KEYS_FILE: .*ENOENT/),
    ]);
  });

  it('name key files that hold the right kind of key, and never one of credentials’ private keys', async () => {
    const faults = await faultsOf({
      ...usual(),
      ACCESS_TOKENS_KEY_RING_FILE: file('short', { writing: 'k1', keys: { k1: 'c2hvcnQ' } }),
      ACCESS_TOKENS_DECRYPTION_KEYS_FILE: file('halved', { keys: [publicKey('X25519')] }),
      CREDENTIALS_PUBLIC_KEYS_FILE: file('leaked', { keys: [privateKey('Ed25519')] }),
      ACCESS_TOKENS_FIRST_ADMIN_KEY_FILE: file('admin', `lkc_${'a'.repeat(43)}`),
    });
    expect(faults).toEqual([
      expect.stringMatching(/^ACCESS_TOKENS_KEY_RING_FILE: .*`k1` is not 32 bytes/),
      expect.stringMatching(/^ACCESS_TOKENS_DECRYPTION_KEYS_FILE: .*`a-X25519` is a public key/),
      expect.stringMatching(/^CREDENTIALS_PUBLIC_KEYS_FILE: .*`a-Ed25519` is a private key/),
      expect.stringMatching(/^ACCESS_TOKENS_FIRST_ADMIN_KEY_FILE: .*`lkt_`/),
    ]);
  });

  it('are all in .env.example, and nothing else is', () => {
    const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
    const named = [...example.matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);
    expect(named.sort()).toEqual(Object.keys(SettingsSchema.shape).sort());
    const written = Object.fromEntries(
      [...example.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    );
    expect(SettingsSchema.safeParse(written).success).toBe(true);
  });

  it('show their true defaults in .env.example', () => {
    const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
    const needed = Object.fromEntries(
      [...example.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    );
    const defaults = SettingsSchema.parse(needed) as Record<string, unknown>;
    for (const [, name, value] of example.matchAll(/^# ([A-Z_]+)=(.*)$/gm)) {
      if (!name!.endsWith('_FILE') && value !== '')
        expect(`${name}=${value}`).toBe(`${name}=${String(defaults[name!])}`);
    }
  });
});
