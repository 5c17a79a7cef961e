import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { succeeded } from '../support/api-client.js';
import { Browser } from '../support/browser.js';
import { rowsOf } from '../support/database-copy.js';
import { type Connected, Desk } from '../support/desk.js';
import { eventually } from '../support/eventually.js';
import { Provider } from '../support/provider.js';
import * as answers from '../support/provider-answers.js';
import { System } from '../support/workspaces.js';

interface Step {
  step: string;
  method: string;
  url: string;
  status: number | null;
  requestHeaders: Record<string, string>;
  requestBody: string | null;
  answerHeaders: Record<string, string>;
  answerBody: string | null;
  durationMs: number;
  decision: string | null;
}

interface Entry {
  event: string;
  detail: string;
  hint: string | null;
  steps: Step[];
}

const json =
  (status: number, body: object, headers: Record<string, string> = {}): answers.Behaviour =>
  () => ({ status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });

/** An explanation, not an error code: what the timeline tells of consents and refreshes that went well, and of those that didn't. */
describe('the timeline explains', () => {
  let system: System;
  let desk: Desk;
  let provider: Provider;

  beforeAll(async () => {
    const env = { CREDENTIALS_PROVIDER_TIMEOUT_SECONDS: '4', CREDENTIALS_LEASE_SECONDS: '8' };
    [system, provider] = await Promise.all([System.start({ env }), Provider.start()]);
    desk = new Desk(system);
    await desk.registerManifest('crm', provider, {
      authorize: { url: provider.address('authorize'), scopes: ['read', 'strange'] },
      knownScopes: { read: 'Read things' },
      refresh: { comesWith: { parameters: { access_type: 'offline' }, scopes: ['offline_access'] } },
    });
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });

  async function entries({ id }: Connected): Promise<Entry[]> {
    return succeeded(await system.admin.get<{ items: Entry[] }>(`/v1/connections/${id}/timeline`)).items;
  }

  /** A consent whose exchange is answered so, and what is told of it. */
  async function consentAnswered(behaviour: answers.Behaviour): Promise<Entry> {
    const connection = await desk.open('crm');
    provider.next('token', behaviour);
    await desk.consent(connection);
    return (await entries(connection))[0]!;
  }

  const refusal = (error: string, error_description: string, status = 400) =>
    json(status, { error, error_description });

  it('each step of a consent: where the browser went, what came back, what was asked and answered, what was made of it', async () => {
    const connection = await desk.connect('crm');
    const [done, started] = await entries(connection);
    expect(started).toMatchObject({ event: 'authorization_started', steps: [{ step: 'authorize', method: 'GET' }] });
    const redirectUri = `${system.credentialsUrl}/callback/crm`;
    expect(started!.steps[0]!.url).toContain(`redirect_uri=${redirectUri}`);
    expect(started!.steps[0]!.url).toMatch(/state=\*\*\*/);
    expect(done!.steps.map(({ step }) => step)).toEqual(['callback', 'exchange']);
    const [back, exchange] = done!.steps;
    expect(back!.url).toBe(`${redirectUri}?code=***&state=***`);
    expect(exchange).toMatchObject({
      method: 'POST',
      url: provider.address('token'),
      status: 200,
      requestHeaders: { authorization: '***', 'content-type': 'application/x-www-form-urlencoded' },
      answerHeaders: { 'content-type': expect.stringContaining('json') },
      decision: expect.stringMatching(/^Accepted: a token \(it lives 3600 seconds\), a new refresh token/),
    });
    expect(exchange!.durationMs).toBeGreaterThanOrEqual(0);
    expect(exchange!.requestBody).toContain('grant_type=authorization_code');
    expect(exchange!.requestBody).toContain(`redirect_uri=${redirectUri}`);
    expect(JSON.parse(exchange!.answerBody!)).toMatchObject({
      access_token: '***',
      refresh_token: '***',
      expires_in: 3600,
    });
    const { accessToken } = await desk.reads(connection, 1);
    const secrets = [accessToken, provider.client.secret, provider.requestsTo('authorize').at(-1)!.query['state']!];
    for (const secret of secrets) expect(JSON.stringify([done, started])).not.toContain(secret);
  });

  it('each step of a refresh, and whose fault it was when it failed', async () => {
    const connection = await desk.connect('crm');
    await desk.refresh(connection);
    const [rotated] = await entries(connection);
    expect(rotated).toMatchObject({
      event: 'rotated',
      steps: [{ step: 'refresh', status: 200, decision: expect.stringContaining('Accepted') }],
    });
    provider.next('token', refusal('invalid_grant', 'dead'));
    await desk.refresh(connection);
    const [dead] = await entries(connection);
    expect(dead!.steps[0]).toMatchObject({
      status: 400,
      answerBody: expect.stringContaining('invalid_grant'),
      decision: expect.stringContaining('the grant’s'),
    });
  });

  it('G12 a redirect URI that isn’t registered: the exact one to register', async () => {
    for (const answer of [
      refusal('redirect_uri_mismatch', 'Bad Request'),
      refusal('invalid_grant', 'Redirect URI does not match'),
    ])
      expect((await consentAnswered(answer)).hint).toContain(
        `Register exactly ${system.credentialsUrl}/callback/crm as redirect URI`,
      );
  });

  it('G12 the home page that shows after granting: its address is not the redirect URI', async () => {
    const connection = await desk.open('crm');
    const browser = new Browser();
    const way = await browser.enter(await desk.link(connection), `${system.credentialsUrl}/callback/`);
    const { search } = new URL(way.hops.at(-1)!.location!);
    const page = await browser.open(`${system.credentialsUrl}/${search}`);
    expect([page.status, page.title]).toEqual([409, 'This is not set up as it should be']);
    expect(page.url).not.toContain('code');
    const [entry] = await entries(connection);
    expect(entry).toMatchObject({
      event: 'authorization_misdirected',
      hint: expect.stringContaining(`${system.credentialsUrl}/callback/crm`),
    });
    expect((await browser.open(`${system.credentialsUrl}/callback/crm${search}`)).status).toBe(400);
  });

  it('G12 a browser that never came back', async () => {
    const connection = await desk.open('crm');
    await new Browser().enter(await desk.link(connection), `${system.credentialsUrl}/callback/`);
    const url = system.databases.credentialsDatabaseUrl;
    await rowsOf(url, `UPDATE authorization_flows SET expires_at = now() - interval '1 s' WHERE connection_id = $1`, [
      connection.id,
    ]);
    const told = await eventually(
      async () => (await entries(connection)).find(({ event }) => event === 'authorization_unanswered'),
      { what: 'the timeline tells of it' },
    );
    expect(told.hint).toContain(`register exactly ${system.credentialsUrl}/callback/crm`);
  });

  it('G12 a missing refresh token: what this provider wants for one, as far as it isn’t asked for', async () => {
    const entry = await consentAnswered(answers.withMembers({ refresh_token: undefined }));
    expect(entry).toMatchObject({ event: 'authorized' });
    expect(entry.hint).toContain('access_type=offline in authorize.parameters');
    expect(entry.hint).toContain('the scope offline_access');
  });

  it('a refused client: the age and the fingerprint of its secret', async () => {
    const seen = succeeded(await system.admin.get<{ clientSecret: { fingerprint: string } }>('/v1/api-services/crm'));
    const entry = await consentAnswered(refusal('invalid_client', 'bad secret', 401));
    expect(entry.hint).toContain(`fingerprint ${seen.clientSecret.fingerprint} and was set today`);
    const { fault } = succeeded(await system.admin.get<{ fault: { hint: string } }>('/v1/api-services/crm'));
    expect(fault.hint).toContain(seen.clientSecret.fingerprint);
  });

  it('a refused scope: which were asked for, and which of them the manifest doesn’t know', async () => {
    const { hint } = await consentAnswered(refusal('invalid_scope', 'no'));
    expect(hint).toContain('Asked for were: read strange. Of these the manifest doesn’t know strange.');
  });

  it('a code that was used already', async () => {
    expect((await consentAnswered(refusal('invalid_grant', 'Code was already redeemed.'))).hint).toContain(
      'used already',
    );
  });

  it('a clock that goes wrong, by the provider’s Date', async () => {
    const date = new Date(Date.now() - 600_000).toUTCString();
    const { hint } = await consentAnswered(json(400, { error: 'invalid_grant' }, { date }));
    expect(hint).toMatch(/provider’s clock is (59\d|60\d) seconds behind ours/);
  });

  it('an answer of another kind than it should be', async () => {
    const { hint, steps } = await consentAnswered(answers.htmlPage(200));
    expect(hint).toContain('text/html');
    expect(hint).toContain('the manifest expects json');
    expect(steps.at(-1)).toMatchObject({ step: 'exchange', status: 200, answerBody: expect.any(String) });
  });

  it('an error inside a 200', async () => {
    const service = { answer: { shows: [{ at: '/ok', equals: true }] } };
    await desk.registerManifest('inside', provider, service);
    const connection = await desk.open('inside');
    provider.next('token', json(200, { ok: false, error: 'unheard_of' }));
    await desk.consent(connection);
    expect((await entries(connection))[0]!.hint).toContain('answers 200 and puts the error inside');
  });

  it('a provider that refuses PKCE', async () => {
    expect((await consentAnswered(refusal('invalid_request', 'Unknown parameter code_challenge'))).hint).toContain(
      'authorize.pkce',
    );
  });

  it('a provider that is down, or silent', async () => {
    expect((await consentAnswered(answers.htmlPage(503))).hint).toContain('seems to be down');
    const connection = await desk.open('crm');
    provider.next('token', answers.hang);
    await desk.consent(connection);
    const [entry] = await entries(connection);
    expect(entry!.hint).toContain('seems to be down');
    expect(entry!.steps.at(-1)).toMatchObject({ step: 'exchange', status: null, answerBody: null });
  });
});
