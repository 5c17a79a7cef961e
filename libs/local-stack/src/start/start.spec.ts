import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InstallationSecrets } from '../installation-secrets.js';
import {
  type Servers,
  accessTokensEnvironment,
  credentialsEnvironment,
  sandboxEnvironment,
} from './app-environment.js';
import { startScreen } from './start-screen.js';
import { readStartSettings } from './start-settings.js';

describe('how npm start is told what to do', () => {
  it('has a place and ports of its own unless the environment says otherwise', () => {
    const settings = readStartSettings({});
    expect(settings.ports).toEqual({ credentials: 7101, 'access-tokens': 7102, sandbox: 7103 });
    expect(settings.directory).toMatch(/\.lockkeeper$/);
    expect([settings.credentialsDatabaseUrl, settings.accessTokensDatabaseUrl, settings.natsUrl]).toEqual([
      null,
      null,
      null,
    ]);
    expect(readStartSettings({ CREDENTIALS_PORT: '8101', NATS_URL: 'nats://n:1' })).toMatchObject({
      ports: { credentials: 8101 },
      natsUrl: 'nats://n:1',
    });
  });

  it('names the setting that is no port', () => {
    for (const wrong of ['x', '0', '70000', '1.5']) {
      expect(() => readStartSettings({ SANDBOX_PORT: wrong })).toThrow('SANDBOX_PORT must be a port number');
    }
  });
});

describe('what each app is given', () => {
  let place: string;
  let secrets: InstallationSecrets;
  const servers: Servers = {
    databases: { credentialsDatabaseUrl: 'postgres://c', accessTokensDatabaseUrl: 'postgres://a' },
    natsUrl: 'nats://n',
    nats: null,
  };
  const outside = {
    PATH: '/bin',
    HOME: '/root',
    AWS_SECRET_ACCESS_KEY: 'not theirs',
    CREDENTIALS_DATABASE_URL: 'postgres://c',
    ACCESS_TOKENS_DATABASE_URL: 'postgres://a',
    CREDENTIALS_LINK_TTL_SECONDS: '60',
    EGRESS_ALLOWED_NETWORKS: '10.0.0.0/8',
    LOG_LEVEL: 'debug',
  };

  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'lockkeeper-start-'));
    secrets = await InstallationSecrets.generate(place);
  });
  afterAll(() => rm(place, { recursive: true, force: true }));

  it('is its own: nothing of the other workspace but its public keys, nothing of whoever started it', () => {
    const settings = readStartSettings(outside);
    const credentials = credentialsEnvironment({ settings, secrets }, servers);
    const accessTokens = accessTokensEnvironment({ settings, secrets }, servers);
    const foreign = (given: NodeJS.ProcessEnv, prefix: string): string[] =>
      Object.keys(given).filter((name) => name.startsWith(prefix));
    expect(foreign(credentials, 'ACCESS_TOKENS_')).toEqual(['ACCESS_TOKENS_PUBLIC_KEYS_FILE']);
    expect(foreign(accessTokens, 'CREDENTIALS_')).toEqual(['CREDENTIALS_PUBLIC_KEYS_FILE']);
    expect(JSON.stringify([credentials, accessTokens, sandboxEnvironment(settings, 's')])).not.toContain('not theirs');
  });

  it('is what was set outside before what is usual here', () => {
    const settings = readStartSettings(outside);
    const given = credentialsEnvironment({ settings, secrets }, servers);
    expect(given).toMatchObject({
      EGRESS_ALLOWED_NETWORKS: '10.0.0.0/8',
      CREDENTIALS_LINK_TTL_SECONDS: '60',
      LOG_LEVEL: 'debug',
    });
    const usual = credentialsEnvironment({ settings: readStartSettings({}), secrets }, servers);
    expect(usual).toMatchObject({
      EGRESS_ALLOWED_NETWORKS: '127.0.0.0/8,::1/128',
      CREDENTIALS_PUBLIC_URL: 'http://127.0.0.1:7101',
    });
    expect(usual.CREDENTIALS_RETURN_URL_ORIGINS).toBeUndefined();
  });

  it('names no creds file of ours for a NATS server of somebody else’s', () => {
    const settings = readStartSettings({ ...outside, CREDENTIALS_NATS_CREDS_FILE: '/theirs.creds' });
    expect(credentialsEnvironment({ settings, secrets }, servers).CREDENTIALS_NATS_CREDS_FILE).toBe('/theirs.creds');
    expect(accessTokensEnvironment({ settings, secrets }, servers).ACCESS_TOKENS_NATS_CREDS_FILE).toBeUndefined();
  });

  it('is shown on the screen without a key', () => {
    const runtime = {
      credentialsUrl: 'http://c',
      accessTokensUrl: 'http://a',
      sandboxUrl: 'http://s',
      natsUrl: 'nats://n',
      keys: { credentialsAdmin: 'lkc_secret', accessTokensAdmin: 'lkt_secret' },
    };
    const links = { credentials: 'http://c/sign-in#ticket=t', accessTokens: null };
    const screen = startScreen(runtime, links, readStartSettings({}));
    expect(screen).toContain(links.credentials);
    expect(screen).toContain('http://a   with a key');
    expect(screen).toContain('http://c/docs');
    expect(screen.endsWith('Lockkeeper is ready')).toBe(true);
    expect(screen).not.toMatch(/lk[ct]_secret/);
  });
});
