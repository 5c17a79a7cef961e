import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '../support/browser.js';
import { everyRow } from '../support/database-copy.js';
import { type Connected, Desk } from '../support/desk.js';
import type { EventListener } from '../support/event-listener.js';
import { Provider } from '../support/provider.js';
import * as answers from '../support/provider-answers.js';
import { System } from '../support/workspaces.js';

/** Secrets are planted, everything that this version can do is done with them, and then every place is searched for them. */
describe('a secret is in no place where it does not belong', () => {
  let system: System;
  let provider: Provider;
  let events: EventListener;
  const canaries = new Map<string, string>();
  const answersOfOurs: string[] = [];

  const plant = (name: string, value: string | undefined): void => {
    if (!value) throw new Error(`There was no ${name} to look for.`);
    canaries.set(`${name} ${canaries.size}`, value);
  };

  beforeAll(async () => {
    [system, provider] = await Promise.all([System.start(), Provider.start()]);
    events = await system.listenTo('watched');
    const desk = new Desk(system);
    const more = {
      revokeUrl: provider.address('revoke'),
      testUrl: provider.address('api'),
      apiBaseUrls: [provider.address('api')],
    };
    await desk.registerProvider('watched', provider, more);
    const connection = await desk.connect('watched');
    await liveThrough(desk, connection);
    gather();
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });

  /** Good and bad, so that errors are among what is searched. */
  async function liveThrough(desk: Desk, connection: Connected): Promise<void> {
    const keep = (text: string): void => void answersOfOurs.push(text);
    plant('access token', (await desk.reads(connection, 1)).accessToken);
    await desk.refresh(connection);
    plant('access token', (await desk.reads(connection, 2)).accessToken);
    keep((await system.admin.post(`/v1/connections/${connection.id}/test`)).text);
    provider.next(
      'token',
      answers.oauthError('temporarily_unavailable'),
      answers.htmlPage(502),
      answers.closeConnection,
    );
    for (let tries = 0; tries < 3; tries += 1) keep(JSON.stringify(await desk.refresh(connection)));
    await desk.refresh(connection);
    await consentGoesWrong(desk);
    const wrongSecret = 'wrong-secret-canary';
    plant('client secret', wrongSecret);
    keep((await system.admin.patch('/v1/api-services/watched', { clientSecret: wrongSecret })).text);
    keep(JSON.stringify(await desk.refresh(connection)));
    keep((await system.admin.patch('/v1/api-services/watched', { clientSecret: provider.client.secret })).text);
    await desk.refresh(connection);
    keep((await desk.revoke(connection)).text);
    await desk.becomes(connection, 'revoked');
    await desk.isRefused(connection, 'revoked');
    await events.hears('token.revoked');
    for (const path of [
      '/v1/api-services',
      '/v1/connections',
      `/v1/connections/${connection.id}/timeline`,
      '/v1/audit',
      '/v1/keys',
      '/metrics',
    ]) {
      keep((await system.admin.get(path)).text);
    }
    for (const path of ['/v1/consumers', '/v1/audit', '/v1/keys', '/metrics'])
      keep((await system.tokensAdmin.get(path)).text);
  }

  async function consentGoesWrong(desk: Desk): Promise<void> {
    const another = await desk.open('watched');
    provider.next('token', answers.oauthError('invalid_grant'));
    const page = await desk.consent(another);
    answersOfOurs.push(page.text);
    const link = await desk.link(another);
    plant('ticket', link.split('/').at(-1));
    answersOfOurs.push(
      (await new Browser().open(`${system.credentialsUrl}/callback/watched?code=stolen-code-canary&state=x`)).text,
    );
    plant('code', 'stolen-code-canary');
  }

  function gather(): void {
    for (const { form, query } of provider.requests) {
      if (form['code']) plant('code', form['code']);
      if (form['code_verifier']) plant('verifier', form['code_verifier']);
      if (form['refresh_token']) plant('refresh token', form['refresh_token']);
      if (query['state']) plant('state', query['state']);
    }
    plant('client secret', provider.client.secret);
    plant('key', system.keys.credentialsAdmin);
    plant('key', system.keys.accessTokensAdmin);
  }

  function expectClean(place: string, text: string): void {
    expect(text.length).toBeGreaterThan(100);
    const found = [...canaries].filter(([, value]) => text.includes(value)).map(([name]) => name);
    expect({ place, found }).toEqual({ place, found: [] });
  }

  it('was planted in every kind', () => {
    const kinds = new Set([...canaries.keys()].map((name) => name.replace(/ \d+$/, '')));
    expect([...kinds].sort()).toEqual(
      ['access token', 'client secret', 'code', 'key', 'refresh token', 'state', 'ticket', 'verifier'].sort(),
    );
  });

  it('not in the logs of any process', () => expectClean('logs', system.logs));

  it('not in what the doors answer, errors and pages included', () => expectClean('answers', answersOfOurs.join('\n')));

  it('not in an event', () => expectClean('events', JSON.stringify(events.heard)));

  it('not in a plain column of either database', async () => {
    expectClean('credentials', await everyRow(system.databases.credentialsDatabaseUrl));
    expectClean('access-tokens', await everyRow(system.databases.accessTokensDatabaseUrl));
  });

  it('not in a file of NATS', async () => {
    const folder = system.stack.nats.home;
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const contents = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'latin1')));
    const all = contents.join('\n');
    expect(all).toContain('lockkeeper.publications.');
    expectClean('NATS', all);
  });
});
