import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ProblemBody, succeeded } from '../support/api-client.js';
import { Browser } from '../support/browser.js';
import { everyRow } from '../support/database-copy.js';
import { type Connected, Desk } from '../support/desk.js';
import { eventually } from '../support/eventually.js';
import { Provider } from '../support/provider.js';
import * as answers from '../support/provider-answers.js';
import { System } from '../support/workspaces.js';

interface DeviceView {
  status: string;
  apiService: string;
  user: string;
  scopes: string[];
  requestedBy: string;
  userCode: string;
  verificationUri: string;
  verificationUriComplete: string | null;
  intervalSeconds: number;
}

describe('The device grant', () => {
  let system: System;
  let desk: Desk;
  let provider: Provider;

  beforeAll(async () => {
    [system, provider] = await Promise.all([System.start({ credentialsReplicas: 2 }), Provider.start()]);
    desk = new Desk(system);
    const device = { url: provider.address('device') };
    await desk.registerManifest('tv', provider, { grant: 'device_code', authorize: { scopes: ['watch'] }, device });
  });
  afterEach(() => {
    provider.always('token', null);
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });

  const path = ({ id }: Connected): string => `/v1/connections/${id}/device-authorizations`;
  const started = async (connection: Connected): Promise<DeviceView> =>
    succeeded(await system.admin.post<DeviceView>(path(connection)));
  const becomes = (connection: Connected, status: string): Promise<DeviceView> =>
    eventually(
      async () => {
        const view = succeeded(await system.admin.get<DeviceView>(path(connection)));
        if (view.status !== status) throw new Error(`it is ${view.status}`);
        return view;
      },
      { what: `the device authorization is ${status}` },
    );
  const pollsOf = () => provider.tokenRequests('device_code');

  it('D085 shows who asked and for what, and connects once its user has typed the code', async () => {
    const connection = await desk.open('tv');
    const view = await started(connection);
    expect(view).toMatchObject({
      status: 'pending',
      apiService: 'tv',
      user: connection.user,
      scopes: ['watch'],
      requestedBy: expect.stringMatching(/^key:/),
      verificationUri: `${provider.url}/device-page`,
      intervalSeconds: 1,
    });
    provider.grants.decide(view.userCode, { allow: 'alice' });
    await desk.reads(connection, 1);
    await becomes(connection, 'authorized');
    expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 2 });
  });

  it('D083 shows the code on the page behind a link, to the browser that opened it, and goes on by itself', async () => {
    const connection = await desk.open('tv');
    provider.next('device', answers.withMembers({ verification_uri_complete: `${provider.url}/device-page?code=x` }));
    const browser = new Browser();
    const link = await desk.link(connection);
    const asking = await browser.open(link);
    expect(asking.text).toContain(connection.user);
    expect(asking.text).toContain('watch');
    const page = await browser.submit(asking, { form: 'continue' });
    const { userCode } = succeeded(await system.admin.get<DeviceView>(path(connection)));
    expect([page.status, page.headers.get('refresh')]).toEqual([200, '3']);
    expect(page.text).toContain(userCode);
    expect(page.body).toContain(`href="${provider.url}/device-page?code=x"`);
    expect((await new Browser().open(page.url)).status).toBe(403);

    provider.grants.decide(userCode, { allow: 'alice' });
    await becomes(connection, 'authorized');
    expect(new URL((await browser.open(page.url)).url).pathname).toBe('/connected');
  });

  it('D084 keeps the device code to itself, and polls from one replica at a time, never sooner than the interval', async () => {
    const connection = await desk.open('tv');
    // Slow enough for both replicas to look several times while a poll is under way.
    provider.always('token', answers.slowly(400));
    const { userCode } = await started(connection);
    const before = pollsOf().length;
    const polls = await eventually(() => pollsOf().length >= before + 4 && pollsOf().slice(before), {
      what: 'it was polled four times',
    });
    const gaps = polls.slice(1).map(({ at }, index) => at - polls[index]!.at);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000);
    const code = polls[0]!.form['device_code']!;
    expect(new Set(polls.map(({ form }) => form['device_code']))).toEqual(new Set([code]));
    const { credentialsDatabaseUrl, accessTokensDatabaseUrl } = system.databases;
    const seen = [
      await everyRow(credentialsDatabaseUrl),
      await everyRow(accessTokensDatabaseUrl),
      (await system.admin.get(path(connection))).text,
      (await system.admin.get(`/v1/connections/${connection.id}/timeline`)).text,
      system.logs,
    ];
    expect(seen.filter((text) => text.includes(code))).toEqual([]);
    provider.grants.decide(userCode, 'access_denied');
    await becomes(connection, 'denied');
  });

  it('D079 slows down as far as the answer says', async () => {
    const connection = await desk.open('tv');
    provider.next('token', answers.answer(400, { error: 'slow_down', interval: 9 }));
    await started(connection);
    const slower = await eventually(
      async () => {
        const view = succeeded(await system.admin.get<DeviceView>(path(connection)));
        return view.intervalSeconds > 1 && view;
      },
      { what: 'the interval is longer' },
    );
    expect(slower).toMatchObject({ intervalSeconds: 9, status: 'pending' });

    // Of that one, nothing is asked any more; the next has the interval that it was given.
    const next = await started(connection);
    expect(next.intervalSeconds).toBe(1);
    provider.grants.decide(next.userCode, { allow: 'alice' });
    await desk.reads(connection, 1);
  });

  it('D079 slows down for good when it is asked to', async () => {
    const connection = await desk.open('tv');
    provider.next('token', answers.oauthError('slow_down'));
    const { userCode } = await started(connection);
    const slower = await eventually(
      async () => {
        const view = succeeded(await system.admin.get<DeviceView>(path(connection)));
        return view.intervalSeconds > 1 && view;
      },
      { what: 'the interval is longer' },
    );
    expect(slower).toMatchObject({ intervalSeconds: 6, status: 'pending' });
    provider.grants.decide(userCode, { allow: 'alice' });
    await desk.reads(connection, 1);
  });

  it('D080 outlasts a provider that does not answer', async () => {
    const connection = await desk.open('tv');
    provider.next('token', answers.closeConnection, answers.htmlPage(502));
    const { userCode } = await started(connection);
    provider.grants.decide(userCode, { allow: 'alice' });
    await desk.reads(connection, 1);
    const [failed] = pollsOf().slice(-3);
    expect(failed!.form['device_code']).toBe(pollsOf().at(-1)!.form['device_code']);
  });

  it.each([
    ['D081 stops after access_denied, and begins again only when somebody says so', 'access_denied', 'denied'],
    ['D081 stops after what nobody knows, and begins again only when somebody says so', 'something_unknown', 'failed'],
    ['D082 stops after expired_token, and begins again only when somebody says so', 'expired_token', 'expired'],
  ])('%s', async (_title, error, status) => {
    const connection = await desk.open('tv');
    provider.next('token', answers.oauthError(error));
    const { userCode } = await started(connection);
    await becomes(connection, status);
    const before = pollsOf().length;
    provider.grants.decide(userCode, { allow: 'alice' });
    expect((await desk.timeline(connection))[0]).toMatchObject({ event: 'authorization_failed' });

    // Another one is polled meanwhile, by the same schedules: the one that has ended is not.
    const other = await desk.open('tv');
    provider.grants.decide((await started(other)).userCode, { allow: 'bob' });
    await desk.reads(other, 1);
    const codes = new Set(
      pollsOf()
        .slice(before)
        .map(({ form }) => form['device_code']),
    );
    expect(codes.size).toBe(1);

    const again = await started(connection);
    expect(again.userCode).not.toBe(userCode);
    provider.grants.decide(again.userCode, { allow: 'alice' });
    await desk.reads(connection, 1);
  });

  it('has one under way at a time: a new code takes the place of the one before', async () => {
    const connection = await desk.open('tv');
    const browser = new Browser();
    const page = await browser.enter(await desk.link(connection));
    await started(connection);
    expect((await browser.open(page.url)).status).toBe(410);
  });

  it('is refused where the grant is another, and unknown where none was started', async () => {
    await desk.registerProvider('five', provider);
    const other = await desk.open('five');
    const start = await system.admin.post<ProblemBody>(path(other));
    expect([start.status, start.body.code]).toEqual([409, 'not_a_device_grant']);
    const look = await system.admin.get<ProblemBody>(path(other));
    expect([look.status, look.body.code]).toEqual([404, 'device_authorization_not_found']);
  });

  it('works with a real authorization server', async () => {
    const registered = await fetch(`${system.sandbox.url}/reg`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
        redirect_uris: [],
        response_types: [],
      }),
    });
    const { client_id: clientId, client_secret: clientSecret } = (await registered.json()) as Record<string, string>;
    const url = (place: string): string => `${system.sandbox.url}${place}`;
    const manifest = {
      manifest: 1,
      grant: 'device_code',
      authorize: { scopes: ['openid', 'offline_access', 'api:read'] },
      device: { url: url('/device/auth') },
      token: { url: url('/token') },
    };
    succeeded(await system.admin.post('/v1/api-services', { slug: 'real', clientId, clientSecret, manifest }));
    const connection = await desk.open('real');
    const view = await started(connection);
    expect(view.intervalSeconds).toBe(5);
    const browser = new Browser();
    const entry = await browser.open(view.verificationUri);
    let page = await browser.submit(entry, { fields: { user_code: view.userCode } });
    expect(page.text).toContain(view.userCode);
    page = await browser.submit(page, { fields: { confirm: 'yes' } });
    page = await browser.submit(page, { form: 'allow' });
    expect(page.status).toBe(200);
    await desk.reads(connection, 1);
    expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 2 });
  });
});
