import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../apps/sandbox/src/sandbox.js';
import { Browser } from '../support/browser.js';
import { OAuthClient } from '../support/oauth-client.js';

const ORIGIN = 'http://127.0.0.1:7101';
const CALLBACK = `${ORIGIN}/callback/sandbox`;
const OPENID = { scope: 'openid offline_access api:read', prompt: 'consent' };

const clientOf = (sandbox: Sandbox, redirectUri = CALLBACK): OAuthClient =>
  new OAuthClient({ issuer: sandbox.url, clientId: sandbox.clientId, clientSecret: sandbox.clientSecret, redirectUri });

const apiStatus = async (sandbox: Sandbox, token: unknown): Promise<number> =>
  (await fetch(`${sandbox.url}/api/me`, { headers: { authorization: `Bearer ${String(token)}` } })).status;

const loginOf = async (sandbox: Sandbox, token: unknown): Promise<unknown> => {
  const response = await fetch(`${sandbox.url}/api/me`, { headers: { authorization: `Bearer ${String(token)}` } });
  return ((await response.json()) as { login?: string }).login;
};

describe('the sandbox', () => {
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

  describe('consent', () => {
    it('takes one click, and answers with code, state and issuer (RFC 9207)', async () => {
      const page = await browser.open(client.authorizationUrl('v'.repeat(43), OPENID));
      expect(page.title).toBe('Sign in as alice and allow Lockkeeper');
      expect(page.text).toContain('keep access while you are away');

      const allowed = await browser.submit(page, { form: 'allow', until: ORIGIN });
      const callback = new URL(allowed.hops.at(-1)!.location!);
      expect(callback.origin + callback.pathname).toBe(CALLBACK);
      expect(Object.fromEntries(callback.searchParams)).toEqual({
        code: expect.any(String),
        state: 'a-state',
        iss: sandbox.url,
      });
    });

    it('runs no script and loads nothing from anywhere', async () => {
      const page = await browser.open(client.authorizationUrl('v'.repeat(43), OPENID));
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(page.body).not.toMatch(/<script|src=|@import/i);
    });

    it('offers the login that login_hint names, and another one to the same browser', async () => {
      for (const login of ['bob@example.org', 'carol']) {
        const page = await browser.open(client.authorizationUrl('v'.repeat(43), { login_hint: login }));
        expect(page.title).toBe(`Sign in as ${login} and allow Lockkeeper`);
        const { body } = await client.authorize(browser, { login_hint: login });
        expect(await loginOf(sandbox, body['access_token'])).toBe(login);
      }
    });

    it('shows a login with markup in it inert', async () => {
      const page = await browser.open(
        client.authorizationUrl('v'.repeat(43), { login_hint: '"><script>alert(1)</script>' }),
      );
      expect(page.title).toBe('Sign in as alice and allow Lockkeeper');
      expect(page.body).not.toContain('<script>');
    });

    it('can be refused', async () => {
      const page = await browser.open(client.authorizationUrl('v'.repeat(43), OPENID));
      const refused = await browser.submit(page, { form: 'somebody-else', button: 'Refuse', until: ORIGIN });
      expect(new URL(refused.hops.at(-1)!.location!).searchParams.get('error')).toBe('access_denied');
    });

    it('is not offered without PKCE', async () => {
      const page = await browser.open(
        client.authorizationUrl('v'.repeat(43), { code_challenge: '', code_challenge_method: '' }),
        ORIGIN,
      );
      expect(page.hops.at(-1)!.location).toContain('error=invalid_request');
    });

    it('sends the pre-registered client to every callback on its own origins, and nowhere else', async () => {
      const other = clientOf(sandbox, `${ORIGIN}/callback/my-own-service`);
      expect((await other.authorize(browser)).status).toBe(200);
      for (const uri of [
        `${ORIGIN}/callback/`,
        `${ORIGIN}/callback/a/b`,
        `${ORIGIN}/callback/a?b`,
        `${ORIGIN}.evil.example/callback/a`,
        'http://127.0.0.1:71011/callback/a',
        'http://evil.example/callback/sandbox',
      ]) {
        const page = await new Browser().open(clientOf(sandbox, uri).authorizationUrl('v'.repeat(43)));
        expect([uri, page.status, page.url.startsWith(sandbox.url)]).toEqual([uri, 400, true]);
      }
    });

    it('knows clients that registered themselves (RFC 7591), by exactly their redirect URIs', async () => {
      const redirectUri = 'http://127.0.0.1:7199/back';
      const response = await fetch(`${sandbox.url}/reg`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris: [redirectUri], grant_types: ['authorization_code', 'refresh_token'] }),
      });
      const registered = (await response.json()) as { client_id: string; client_secret: string };
      const own = { issuer: sandbox.url, clientId: registered.client_id, clientSecret: registered.client_secret };
      expect((await new OAuthClient({ ...own, redirectUri }).authorize(browser)).body).toHaveProperty('refresh_token');

      const elsewhere = new OAuthClient({ ...own, redirectUri: CALLBACK });
      expect((await browser.open(elsewhere.authorizationUrl('v'.repeat(43)))).status).toBe(400);
    });
  });

  describe('tokens', () => {
    it('are opaque, short-lived, and come with a refresh token for offline_access', async () => {
      const { body } = await client.authorize(browser, OPENID);
      expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 60, scope: OPENID.scope });
      expect(body['refresh_token']).toEqual(expect.any(String));
      expect(String(body['access_token'])).not.toContain('.');
    });

    it('come without a refresh token when OpenID is asked for without offline_access', async () => {
      const { body } = await client.authorize(browser, { scope: 'openid api:read' });
      expect(body).not.toHaveProperty('refresh_token');
    });

    it('have the scope api:read when none was asked for', async () => {
      expect((await client.authorize(browser)).body).toMatchObject({ scope: 'api:read' });
    });

    it('are exchanged once: a code that comes again ends the grant', async () => {
      const verifier = 'v'.repeat(43);
      const page = await browser.open(client.authorizationUrl(verifier));
      const allowed = await browser.submit(page, { form: 'allow', until: ORIGIN });
      const code = new URL(allowed.hops.at(-1)!.location!).searchParams.get('code')!;
      const first = await client.exchange(code, verifier);
      expect((await client.exchange(code, verifier)).body).toMatchObject({ error: 'invalid_grant' });
      expect(await apiStatus(sandbox, first.body['access_token'])).toBe(401);
    });

    it('are introspected as active until they are revoked (RFC 7662)', async () => {
      const token = String((await client.authorize(browser)).body['access_token']);
      expect((await client.introspect(token)).body).toMatchObject({ active: true, scope: 'api:read' });
      await client.revoke(token);
      expect((await client.introspect(token)).body).toEqual({ active: false });
    });
  });

  describe('rotation', () => {
    it('answers a refresh with a new refresh token', async () => {
      const first = await client.authorize(browser, OPENID);
      const second = await client.refresh(String(first.body['refresh_token']));
      expect(second.status).toBe(200);
      expect(second.body['refresh_token']).not.toBe(first.body['refresh_token']);
      expect(second.body['access_token']).not.toBe(first.body['access_token']);
    });

    it('ends the family when a spent refresh token comes again', async () => {
      const first = await client.authorize(browser, OPENID);
      const spent = String(first.body['refresh_token']);
      const second = await client.refresh(spent);

      expect((await client.refresh(spent)).body).toMatchObject({ error: 'invalid_grant' });
      expect((await client.refresh(String(second.body['refresh_token']))).body).toMatchObject({
        error: 'invalid_grant',
      });
      expect(await apiStatus(sandbox, second.body['access_token'])).toBe(401);
    });

    it('lets no more than one of many overlapping refreshes through, and ends the family', async () => {
      const first = await client.authorize(browser, OPENID);
      const spent = String(first.body['refresh_token']);
      const answers = await Promise.all(Array.from({ length: 20 }, () => client.refresh(spent)));
      const rotated = answers.filter((answer) => answer.status === 200);
      expect(rotated.length).toBeLessThanOrEqual(1);
      for (const { body } of rotated) {
        expect(await apiStatus(sandbox, body['access_token'])).toBe(401);
        expect((await client.refresh(String(body['refresh_token']))).body).toMatchObject({ error: 'invalid_grant' });
      }
    });

    it('can be turned off: the refresh token stays', async () => {
      const steady = await startSandbox({ rotation: false });
      try {
        const first = await clientOf(steady).authorize(browser, OPENID);
        const second = await clientOf(steady).refresh(String(first.body['refresh_token']));
        expect(second.body['refresh_token']).toBe(first.body['refresh_token']);
      } finally {
        await steady.stop();
      }
    });
  });

  describe('revocation (RFC 7009)', () => {
    it('of an access token takes that one alone', async () => {
      const { body } = await client.authorize(browser, OPENID);
      expect((await client.revoke(String(body['access_token']))).status).toBe(200);
      expect(await apiStatus(sandbox, body['access_token'])).toBe(401);
      const refreshed = await client.refresh(String(body['refresh_token']));
      expect(await apiStatus(sandbox, refreshed.body['access_token'])).toBe(200);
    });

    it('of a refresh token takes everything that came from the consent', async () => {
      const { body } = await client.authorize(browser, OPENID);
      expect((await client.revoke(String(body['refresh_token']))).status).toBe(200);
      expect(await apiStatus(sandbox, body['access_token'])).toBe(401);
      expect((await client.refresh(String(body['refresh_token']))).body).toMatchObject({ error: 'invalid_grant' });
    });

    it('of a token that nobody knows succeeds', async () => {
      expect((await client.revoke('no-such-token')).status).toBe(200);
    });

    it('is refused to another client', async () => {
      const { body } = await client.authorize(browser);
      const stranger = new OAuthClient({
        issuer: sandbox.url,
        clientId: sandbox.clientId,
        clientSecret: 'wrong',
        redirectUri: CALLBACK,
      });
      expect((await stranger.revoke(String(body['access_token']))).body).toMatchObject({ error: 'invalid_client' });
      expect(await apiStatus(sandbox, body['access_token'])).toBe(200);
    });
  });

  it('counts what happened at its token endpoints', async () => {
    const counted = await startSandbox();
    try {
      const own = clientOf(counted);
      const { body } = await own.authorize(browser, OPENID);
      await own.refresh(String(body['refresh_token']));
      await own.refresh(String(body['refresh_token']));
      expect(counted.statistics.tokenRequests).toEqual({
        authorization_code: { ok: 1 },
        refresh_token: { ok: 1, invalid_grant: 1 },
      });
    } finally {
      await counted.stop();
    }
  });
});
