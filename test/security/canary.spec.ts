import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeyRing, type KeyRingFile } from '@lockkeeper/sealing';
import { Browser } from '../support/browser.js';
import { succeeded } from '../support/api-client.js';
import { everyRow, rowsOf } from '../support/database-copy.js';
import { type Connected, Desk } from '../support/desk.js';
import type { EventListener } from '../support/event-listener.js';
import { Provider } from '../support/provider.js';
import * as answers from '../support/provider-answers.js';
import { StockNatsReader } from '../support/stock-nats-reader.js';
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
    const token = { token: '{{ token }}', token_type_hint: '{{ token_type_hint }}' };
    await desk.registerManifest('watched', provider, {
      // What is exposed can be revoked by itself, and the grant gives another.
      revoke: { request: { url: provider.address('revoke'), body: { parameters: token } }, effect: 'token' },
      test: { request: { url: provider.address('api') } },
      use: { baseUrls: [provider.address('api')] },
    });
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
    await consume(connection, keep);
    provider.next(
      'token',
      answers.oauthError('temporarily_unavailable'),
      answers.htmlPage(502),
      answers.closeConnection,
    );
    for (let tries = 0; tries < 3; tries += 1) keep(JSON.stringify(await desk.refresh(connection)));
    await desk.refresh(connection);
    await consentGoesWrong(desk);
    await bind(desk, keep);
    const staged = 'staged-secret-canary';
    plant('client secret', staged);
    keep((await system.admin.post('/v1/api-services/watched/client-secrets', { clientSecret: staged })).text);
    keep(JSON.stringify(await desk.refresh(connection)));
    keep((await system.admin.get('/v1/api-services/watched/client-secrets')).text);
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

  /** A connection whose tokens are bound to a key, refreshed and used. */
  async function bind(desk: Desk, keep: (text: string) => void): Promise<void> {
    await desk.registerManifest('bound', provider, {
      dpop: {},
      test: { request: { url: provider.address('api') } },
      use: { baseUrls: [provider.address('api')] },
    });
    provider.always('token', answers.withMembers({ token_type: 'DPoP' }));
    const bound = await desk.open('bound');
    keep((await desk.consent(bound)).text);
    keep(JSON.stringify(await desk.refresh(bound)));
    keep(JSON.stringify(await desk.isRefused(bound, 'token_bound')));
    plant('private key', await privateKeyOf(bound));
    keep((await system.admin.post(`/v1/connections/${bound.id}/test`)).text);
    const consumer = await desk.consumerOf('bound');
    keep((await consumer.get(`/v1/proxy/bound/${encodeURIComponent(bound.user)}/things`)).text);
    keep((await system.admin.get(`/v1/connections/${bound.id}/timeline`)).text);
    keep((await system.tokensAdmin.get(`/v1/calls?connection=${bound.id}`)).text);
    provider.always('token', null);
  }

  /** The private member of the JWK, opened as credentials does it. */
  async function privateKeyOf({ id }: Connected): Promise<string> {
    const ring = KeyRing.fromFile(
      JSON.parse(await system.secrets.read('credentialsKeyRing')) as KeyRingFile,
      'credentials',
    );
    const { credentialsDatabaseUrl: url } = system.databases;
    const [row] = await rowsOf<{ key: string }>(url, 'SELECT dpop_key AS key FROM connections WHERE id = $1', [id]);
    const jwk = ring.open(row!.key, { table: 'connections', id, column: 'dpop_key' });
    return (JSON.parse(jwk.reveal()) as { d: string }).d;
  }

  /** Every door of access-tokens that deals with a token: those that hand it out are asked, and only what they hand out is not kept. */
  async function consume({ id, user }: Connected, keep: (text: string) => void): Promise<void> {
    const body = { name: 'watcher', entitlements: [{ apiService: 'watched' }] };
    const made = succeeded(await system.tokensAdmin.post<{ id: string; key: string }>('/v1/consumers', body));
    plant('key', made.key);
    const consumer = system.tokensAdmin.with(made.key);
    const reader = new StockNatsReader(consumer);
    await reader.renew();
    await reader.come();
    const stream = await fetch(`${system.accessTokensUrl}/v1/events?apiService=watched`, {
      headers: { authorization: `Bearer ${made.key}`, 'last-event-id': '0' },
    });
    const path = `watched/${encodeURIComponent(user)}`;
    for (let times = 0; times < 2; times += 1) succeeded(await consumer.get(`/v1/tokens/${path}`));
    const exchange = {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: id,
      subject_token_type: 'urn:lockkeeper:params:oauth:token-type:connection',
    };
    succeeded(await consumer.postForm('/oauth/token', exchange));
    keep((await consumer.postForm('/oauth/token', { ...exchange, audience: 'elsewhere' })).text);
    keep((await consumer.postForm('/oauth/token', { ...exchange, client_secret: made.key })).text);
    keep((await consumer.get(`/v1/proxy/${path}/things?secret=value`)).text);
    keep((await consumer.get(`/v1/proxy/${path}/%2e%2e/elsewhere`)).text);
    const call = { apiService: 'watched', user, method: 'GET', url: 'things' };
    keep((await consumer.post('/v1/requests', { ...call, find: 'ok' })).text);
    keep((await consumer.post('/v1/requests', { ...call, url: 'https://elsewhere.example/' })).text);
    keep((await consumer.post(`/v1/tokens/${path}/reports`, { version: 2, reason: 'rejected' })).text);
    plant('access token', (await new Desk(system).reads({ id, apiService: 'watched', user }, 3)).accessToken);
    keep((await consumer.post(`/v1/tokens/${path}/reports`, { version: 3, reason: 'exposed' })).text);
    plant('access token', (await new Desk(system).reads({ id, apiService: 'watched', user }, 4)).accessToken);
    await reader.hears(id, 4);
    keep(JSON.stringify(reader.heard));
    await reader.leave();
    keep(await heardOver(stream, `"version":4`));
    for (const door of [`/v1/exposures?connection=${id}`, `/v1/calls?connection=${id}`, '/v1/tokens']) {
      keep((await system.tokensAdmin.get(door)).text);
    }
  }

  /** What was told until then; the stream has no end. */
  async function heardOver(stream: Response, until: string): Promise<string> {
    let text = '';
    for await (const part of stream.body!.pipeThrough(new TextDecoderStream() as never) as AsyncIterable<string>) {
      text += part;
      if (text.includes(until)) break;
    }
    return text;
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
    for (const { form, query, headers } of provider.requests) {
      const bound = /^DPoP (.+)$/.exec(headers.authorization ?? '')?.[1];
      if (bound) plant('access token', bound);
      if (headers['dpop']) plant('proof', headers['dpop'] as string);
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
      [
        'access token',
        'client secret',
        'code',
        'key',
        'private key',
        'proof',
        'refresh token',
        'state',
        'ticket',
        'verifier',
      ].sort(),
    );
  });

  it('not in the logs of any process', () => expectClean('logs', system.logs));

  it('not in what the doors answer, errors and pages included', () => expectClean('answers', answersOfOurs.join('\n')));

  it('not in an event', () => expectClean('events', JSON.stringify(events.heard)));

  it('D018 not in a plain column of either database', async () => {
    expectClean('credentials', await everyRow(system.databases.credentialsDatabaseUrl));
    expectClean('access-tokens', await everyRow(system.databases.accessTokensDatabaseUrl));
  });

  it('D018 not in a file of NATS', async () => {
    const folder = system.stack.nats.home;
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const contents = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'latin1')));
    const all = contents.join('\n');
    expect(all).toContain('lockkeeper.publications.');
    expectClean('NATS', all);
  });
});
