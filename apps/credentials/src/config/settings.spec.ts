import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { accessSettings } from '../access/access.settings.js';
import { readSettings, SettingsSchema } from './settings.js';

let environment: NodeJS.ProcessEnv;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockkeeper-settings-'));
  const file = (name: string): string => {
    writeFileSync(join(folder, name), name);
    return join(folder, name);
  };
  environment = {
    CREDENTIALS_DATABASE_URL: 'postgres://user:pw-canary@127.0.0.1/credentials',
    CREDENTIALS_KEY_RING_FILE: file('ring'),
    CREDENTIALS_SIGNING_KEYS_FILE: file('signing'),
    CREDENTIALS_AUDIT_KEYS_FILE: file('audit'),
    ACCESS_TOKENS_PUBLIC_KEYS_FILE: file('recipients'),
    CREDENTIALS_SPOOL_DIR: folder,
    NATS_URL: 'nats://127.0.0.1',
  };
});

describe('the settings of credentials', () => {
  it('have defaults for all that is not a place or a secret', () => {
    expect(readSettings(environment)).toMatchObject({
      CREDENTIALS_PORT: 7101,
      CREDENTIALS_LINK_TTL_SECONDS: 30,
      files: { keyRing: 'ring' },
    });
  });

  it('are frozen', () => {
    expect(Object.isFrozen(readSettings(environment))).toBe(true);
  });

  it('names every fault at once, and no value', () => {
    const wrong = {
      ...environment,
      CREDENTIALS_PORT: 'canary',
      NATS_URL: '',
      CREDENTIALS_PUBLIC_URL: 'https://canary.example/path',
    };
    const read = (): unknown => readSettings(wrong);
    expect(read).toThrow(/CREDENTIALS_PORT[^]*NATS_URL|NATS_URL[^]*CREDENTIALS_PORT/);
    expect(read).toThrow(/CREDENTIALS_PUBLIC_URL/);
    expect(read).not.toThrow(/canary/);
  });

  it.each([
    '/relative',
    'https://app.example/path',
    'https://app.example/#here',
    'https://app.example?a=b',
    'app.example',
  ])(
    'D006 refuse %s as the public address: a redirect URI made of it would not be absolute, or have a fragment',
    (address) => {
      expect(() => readSettings({ ...environment, CREDENTIALS_PUBLIC_URL: address })).toThrow(
        /CREDENTIALS_PUBLIC_URL: must be an origin/,
      );
    },
  );

  it('names a file that can’t be read by its setting', () => {
    expect(() => readSettings({ ...environment, CREDENTIALS_KEY_RING_FILE: '/nowhere' })).toThrow(
      /CREDENTIALS_KEY_RING_FILE: .*ENOENT/,
    );
  });

  it('refuses a lease that a slow provider would outlive', () => {
    const slow = { ...environment, CREDENTIALS_LEASE_SECONDS: '30', CREDENTIALS_PROVIDER_TIMEOUT_SECONDS: '20' };
    expect(() => readSettings(slow)).toThrow(/CREDENTIALS_LEASE_SECONDS must be at least twice/);
  });

  it('take tokens of an issuer with an audience and rules, and say what is wrong in the rules', () => {
    const issuer = { CREDENTIALS_JWT_ISSUER: 'https://id.example' };
    expect(() => readSettings({ ...environment, ...issuer })).toThrow(/CREDENTIALS_JWT_RULES_FILE belong together/);
    const rules = join(folder, 'rules.json');
    const all = { ...issuer, CREDENTIALS_JWT_AUDIENCE: 'lockkeeper', CREDENTIALS_JWT_RULES_FILE: rules };
    writeFileSync(rules, JSON.stringify([{ name: 'all', when: {}, role: 'consumer', entitlements: [] }]));
    expect(() => readSettings({ ...environment, ...all })).toThrow(
      /CREDENTIALS_JWT_RULES_FILE: rule all has a role that is none of: admin, operator, auditor, null/,
    );
    writeFileSync(rules, JSON.stringify([{ name: 'keepers', when: { groups: 'keepers' }, role: 'admin' }]));
    expect(accessSettings(readSettings({ ...environment, ...all })).bearers).toMatchObject({
      audiences: ['lockkeeper'],
    });
  });

  it('are all in .env.example, with their defaults, and nothing else is', () => {
    const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
    const listed = Object.fromEntries(
      [...example.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    );
    expect(Object.keys(listed).sort()).toEqual(Object.keys(SettingsSchema.shape).sort());
    const defaults = readSettings(environment);
    for (const [name, value] of Object.entries(listed)) {
      if (value !== '') expect({ [name]: String(defaults[name as keyof typeof defaults]) }).toEqual({ [name]: value });
    }
  });
});
