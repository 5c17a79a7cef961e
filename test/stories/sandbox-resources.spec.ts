import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../apps/sandbox/src/sandbox.js';
import { Browser } from '../support/browser.js';
import { OAuthClient } from '../support/oauth-client.js';

const CALLBACK = 'http://127.0.0.1:7101/callback/sandbox';
const OPENID = { scope: 'openid offline_access api:read', prompt: 'consent' };

const clientOf = ({ url, clientId, clientSecret }: Sandbox): OAuthClient =>
  new OAuthClient({ issuer: url, clientId, clientSecret, redirectUri: CALLBACK });

const callApi = (door: string, token?: unknown, init: RequestInit = {}): Promise<Response> =>
  fetch(door, { ...init, headers: token ? { authorization: `Bearer ${String(token)}` } : {} });

describe('what the sandbox protects', () => {
  let sandbox: Sandbox;
  let client: OAuthClient;
  let browser: Browser;

  beforeAll(async () => {
    sandbox = await startSandbox();
    client = clientOf(sandbox);
  });
  beforeEach(() => {
    browser = new Browser();
  });
  afterAll(() => sandbox.stop());

  describe('the API', () => {
    it('asks for a bearer token without finding fault when there is none (RFC 6750 section 3.1)', async () => {
      const response = await callApi(`${sandbox.url}/api/me`);
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="sandbox"']);
    });

    it('refuses a token that it does not know', async () => {
      const response = await callApi(`${sandbox.url}/api/me`, 'made-up');
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
    });

    it('refuses a token that has expired', async () => {
      const hasty = await startSandbox({ accessTokenSeconds: 1 });
      try {
        const { body } = await clientOf(hasty).authorize(browser);
        const deadline = Date.now() + 10_000;
        let response = await callApi(`${hasty.url}/api/me`, body['access_token']);
        while (response.status === 200 && Date.now() < deadline)
          response = await callApi(`${hasty.url}/api/me`, body['access_token']);
        expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
      } finally {
        await hasty.stop();
      }
    });

    it('refuses a token without the scope api:read', async () => {
      const { body } = await client.authorize(browser, { scope: 'openid', prompt: 'consent' });
      const response = await callApi(`${sandbox.url}/api/me`, body['access_token']);
      expect(response.status).toBe(403);
      expect(response.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
    });

    it('keeps notes for each login', async () => {
      const [dora, emil] = [
        await client.authorize(browser, { login_hint: 'dora' }),
        await client.authorize(browser, { login_hint: 'emil' }),
      ];
      const written = await callApi(`${sandbox.url}/api/notes`, dora.body['access_token'], {
        method: 'POST',
        body: '{"text":"water the plants"}',
      });
      expect(written.status).toBe(201);
      expect(await (await callApi(`${sandbox.url}/api/notes`, dora.body['access_token'])).json()).toMatchObject({
        notes: [{ id: 1, text: 'water the plants' }],
      });
      expect(await (await callApi(`${sandbox.url}/api/notes`, emil.body['access_token'])).json()).toEqual({
        notes: [],
      });
    });

    it('echoes a request, but never its token', async () => {
      const token = String((await client.authorize(browser)).body['access_token']);
      const response = await callApi(`${sandbox.url}/api/echo?a=1&a=2`, token, { method: 'PUT', body: 'hello' });
      const text = await response.text();
      expect(JSON.parse(text)).toMatchObject({
        login: 'alice',
        method: 'PUT',
        query: { a: ['1', '2'] },
        body: 'hello',
      });
      expect(text).not.toContain(token);
    });
  });

  describe('the account page', () => {
    it('lets a user withdraw a consent: refresh and API fail from then on', async () => {
      const { body } = await client.authorize(browser, { ...OPENID, login_hint: 'fritz' });
      const page = await browser.open(`${sandbox.url}/account?login=fritz`);
      expect(page.text).toContain('lockkeeper-sandbox');
      const after = await browser.submit(page, { button: 'Withdraw' });
      expect(after.text).toContain('Nothing, or not any more.');
      expect((await client.refresh(String(body['refresh_token']))).body).toMatchObject({ error: 'invalid_grant' });
      expect((await callApi(`${sandbox.url}/api/me`, body['access_token'])).status).toBe(401);
    });

    it('ignores a form that another site sends', async () => {
      await client.authorize(browser, { ...OPENID, login_hint: 'greta' });
      const page = await browser.open(`${sandbox.url}/account?login=greta`);
      const fields = new URLSearchParams({ login: 'greta', grant: page.forms[0]!.buttons[0]!.value });
      const response = await fetch(`${sandbox.url}/account`, {
        method: 'POST',
        body: fields,
        headers: { origin: 'http://evil.example' },
      });
      expect(response.status).toBe(403);
      expect((await browser.open(`${sandbox.url}/account?login=greta`)).forms).toHaveLength(1);
    });
  });
});

describe('the sandbox’s state file', () => {
  let directory: string;
  let running: Sandbox | null = null;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sandbox-'));
  });
  afterEach(async () => {
    await running?.stop();
    await rm(directory, { recursive: true });
  });

  it('carries grants, spent tokens and keys over a restart, readable by its owner alone', async () => {
    const stateFile = join(directory, 'deeper', 'state.json');
    running = await startSandbox({ stateFile });
    const { url, clientSecret } = running;
    const port = Number(new URL(url).port);
    const first = await clientOf(running).authorize(new Browser(), OPENID);
    const second = await clientOf(running).refresh(String(first.body['refresh_token']));
    const signingKeys = await (await fetch(`${url}/jwks`)).json();
    await running.stop();
    expect((await stat(stateFile)).mode & 0o777).toBe(0o600);

    running = await startSandbox({ stateFile, port });
    expect(running).toMatchObject({ url, clientSecret });
    expect(await (await fetch(`${url}/jwks`)).json()).toEqual(signingKeys);
    expect((await callApi(`${running.url}/api/me`, second.body['access_token'])).status).toBe(200);
    const third = await clientOf(running).refresh(String(second.body['refresh_token']));
    expect(third.status).toBe(200);
    expect((await clientOf(running).refresh(String(first.body['refresh_token']))).body).toMatchObject({
      error: 'invalid_grant',
    });
    expect((await callApi(`${running.url}/api/me`, third.body['access_token'])).status).toBe(401);
  });

  it('does not matter to the client’s secret when one is given', async () => {
    const clientSecret = randomBytes(24).toString('base64url');
    running = await startSandbox({ stateFile: join(directory, 'state.json'), clientSecret });
    expect((await clientOf(running).authorize(new Browser())).status).toBe(200);
    expect(running.clientSecret).toBe(clientSecret);
  });
});
