import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Desk } from '../support/desk.js';
import { foundInMemory } from '../support/process-memory.js';
import { Provider } from '../support/provider.js';
import { System } from '../support/workspaces.js';

/** Somebody seized the machines of access-tokens, PostgreSQL and NATS while they ran: their memory and their disks, backups included. */
describe('on a seized machine', () => {
  let system: System;
  let provider: Provider;
  let accessToken: string;
  let longLived: string[];

  beforeAll(async () => {
    [system, provider] = await Promise.all([System.start({ ownPostgres: true }), Provider.start()]);
    const desk = new Desk(system);
    const more = { apiBaseUrls: [provider.address('api')], revokeUrl: provider.address('revoke') };
    await desk.registerProvider('seized', provider, more);
    const connection = await desk.connect('seized');
    for (let version = 2; version <= 6; version += 1) {
      await desk.refresh(connection);
      await desk.reads(connection, version);
    }
    const consumer = await desk.consumerOf('seized');
    await consumer.get(`/v1/proxy/seized/${connection.user}/`);
    accessToken = (await desk.reads(connection, 6)).accessToken;
    const spent = provider.tokenRequests('refresh_token').map(({ form }) => form['refresh_token']!);
    longLived = [provider.client.secret, ...spent, provider.grants.latestRefreshToken()];
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });

  it('access-tokens’ memory holds no refresh token and no client secret, though it holds the access token', async () => {
    expect(longLived.length).toBe(7);
    const [process] = system.accessTokens;
    expect(await foundInMemory(process!.pid, [accessToken, ...longLived])).toEqual([accessToken]);
  });

  it('credentials’ memory is where they are: the search would have found them', async () => {
    const [process] = system.credentials;
    expect(await foundInMemory(process!.pid, longLived)).toContain(provider.client.secret);
  });

  it('PostgreSQL’s files, its write-ahead log among them, hold no token and no secret in clear', async () => {
    await system.stack.postgres.stop(); // everything is written down then
    const files = await contentsOf(system.stack.postgres.dataDirectory);
    expect(files).toContain('seized'); // the slug: this is the data
    expect([accessToken, ...longLived].filter((secret) => files.includes(secret))).toEqual([]);
  });

  it('NATS’ files hold none either', async () => {
    const files = await contentsOf(system.stack.nats.home);
    expect(files).toContain('lockkeeper.publications.');
    expect([accessToken, ...longLived].filter((secret) => files.includes(secret))).toEqual([]);
  });
});

/** All of a folder's files in one text of single bytes. PostgreSQL's may belong to somebody else: root reads them all the same. */
async function contentsOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, 'latin1')))).join('\n');
}
