import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '../support/browser.js';
import { everyRow } from '../support/database-copy.js';
import { Desk } from '../support/desk.js';
import { Provider } from '../support/provider.js';
import * as answers from '../support/provider-answers.js';
import { System } from '../support/workspaces.js';

const ALLOWED_ORIGIN = 'http://app.example';

describe('the redirect page', () => {
  let system: System;
  let desk: Desk;
  let provider: Provider;

  beforeAll(async () => {
    [system, provider] = await Promise.all([
      System.start({ env: { CREDENTIALS_RETURN_URL_ORIGINS: ALLOWED_ORIGIN } }),
      Provider.start(),
    ]);
    desk = new Desk(system);
    await desk.registerSandbox();
    await desk.registerProvider('five', provider, { scopes: 'read write' });
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });

  it('D040, G3 takes the code and leaves without it, by itself', async () => {
    const connection = await desk.open('sandbox');
    const browser = new Browser();
    const page = await desk.consent(connection, browser);
    expect([page.status, page.title]).toEqual([200, 'Connected']);
    const callback = page.hopTo(`${system.credentialsUrl}/callback/sandbox`);
    expect(callback.url).toContain('code=');
    expect(callback.headers.get('referrer-policy')).toBe('no-referrer');
    expect(callback.headers.get('cache-control')).toBe('no-store');
    expect(page.url).not.toContain('code');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('says what was connected, and to whom it has nothing to say', async () => {
    const connection = await desk.open('five');
    const at = (id: string) => new Browser().open(`${system.credentialsUrl}/connected?connection=${id}`);
    expect((await at(connection.id)).text).not.toContain('can now work with');
    const page = await desk.consent(connection);
    const { name } = (await system.admin.get<{ name: string }>('/v1/api-services/five')).body;
    expect(page.text).toContain(`can now work with ${name} for you`);
    expect(page.text).not.toContain(connection.user);
    for (const id of ['', 'nobody', '0b1e2f3a-1111-4222-8333-444455556666'])
      expect((await at(id)).text).toContain('It worked. You can close this page.');
  });

  it('G3 keeps the code nowhere', async () => {
    const connection = await desk.open('five');
    const page = await desk.consent(connection);
    const code = new URL(page.hopTo(`${system.credentialsUrl}/callback/`).url).searchParams.get('code')!;
    const state = new URL(page.hopTo(`${system.credentialsUrl}/callback/`).url).searchParams.get('state')!;
    const dump = await everyRow(system.databases.credentialsDatabaseUrl);
    expect(dump).toContain(connection.id);
    for (const secret of [code, state]) {
      expect(dump).not.toContain(secret);
      expect(system.logs).not.toContain(secret);
    }
  });

  it('takes an answer once: going back to it connects nothing', async () => {
    const connection = await desk.open('five');
    const browser = new Browser();
    const page = await desk.consent(connection, browser);
    const again = await browser.open(page.hopTo(`${system.credentialsUrl}/callback/`).url);
    expect([again.status, again.title]).toEqual([400, 'We did not expect you here']);
    expect((await desk.look(connection)).version).toBe(1);
  });

  it('takes one of many answers that come at once, and sends one exchange', async () => {
    const connection = await desk.open('five');
    const browser = new Browser();
    const before = provider.tokenRequests('authorization_code').length;
    const page = await browser.enter(await desk.link(connection), `${system.credentialsUrl}/callback/`);
    const callback = page.hops.at(-1)!.location!;
    const pages = await Promise.all(Array.from({ length: 8 }, () => new Browser(browser.cookies).open(callback)));
    expect(pages.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(provider.tokenRequests('authorization_code')).toHaveLength(before + 1);
    expect((await desk.look(connection)).version).toBe(1);
  });

  it('refuses an answer in another browser than the one that opened the link', async () => {
    const connection = await desk.open('five');
    const page = await new Browser().enter(await desk.link(connection), `${system.credentialsUrl}/callback/`);
    const other = await new Browser().open(page.hops.at(-1)!.location!);
    expect([other.status, other.title]).toEqual([403, 'This consent was started in another browser']);
    expect((await desk.look(connection)).status).toBe('pending');
    const [entry] = await desk.timeline(connection);
    expect(entry).toMatchObject({
      event: 'authorization_turned_away',
      hint: expect.stringContaining('new authorization link'),
    });
  });

  it('refuses an answer at another API service’s address, and with a state that nobody drew', async () => {
    const connection = await desk.open('five');
    const browser = new Browser();
    const page = await browser.enter(await desk.link(connection), `${system.credentialsUrl}/callback/`);
    const callback = page.hops.at(-1)!.location!;
    expect((await browser.open(callback.replace('/callback/five', '/callback/sandbox'))).status).toBe(400);
    expect((await browser.open(callback.replace(/state=[^&]+/, `state=${'x'.repeat(43)}`))).status).toBe(400);
    expect((await browser.open(callback)).status).toBe(200);
  });

  it('refuses an answer that names another issuer, and sends no exchange', async () => {
    const connection = await desk.open('sandbox');
    const browser = new Browser();
    const asked = await browser.enter(await desk.link(connection));
    const allowed = await browser.submit(asked, { form: 'allow', until: `${system.credentialsUrl}/callback/` });
    const callback = new URL(allowed.hops.at(-1)!.location!);
    callback.searchParams.set('iss', 'https://evil.example');
    const before = JSON.stringify(system.sandbox.statistics.tokenRequests);
    expect((await browser.open(callback.href)).status).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify(system.sandbox.statistics.tokenRequests)).toBe(before);
    expect((await desk.look(connection)).status).toBe('pending');
  });

  it('G12 tells a refusal in plain words, with whatever the provider wrote inert', async () => {
    const connection = await desk.open('five');
    provider.next('authorize', ({ request: { query } }) => ({
      status: 302,
      headers: {
        location: `${query['redirect_uri']}?${new URLSearchParams({
          error: 'access_denied',
          error_description: '<script>alert("pwned")</script>',
          state: query['state']!,
        })}`,
      },
    }));
    const page = await new Browser().enter(await desk.link(connection));
    expect(page.status).toBeGreaterThanOrEqual(400);
    expect(page.body).not.toContain('<script>');
    expect(page.body).not.toContain('pwned');
    const [entry] = await desk.timeline(connection);
    expect(entry).toMatchObject({ event: 'authorization_failed', hint: expect.any(String) });
  });

  it('G12 tells why when the exchange fails, and keeps nothing', async () => {
    const connection = await desk.open('five');
    provider.next('token', answers.htmlPage(502));
    const page = await desk.consent(connection);
    expect(page.status).toBeGreaterThanOrEqual(400);
    expect(page.text).not.toContain('Oops');
    expect(await desk.look(connection)).toMatchObject({ status: 'pending', version: 0 });
  });

  it('G12 tells that no refresh token came, and what that means', async () => {
    const connection = await desk.open('five');
    provider.next('token', answers.withMembers({ refresh_token: undefined }));
    await desk.consent(connection);
    const [entry] = await desk.timeline(connection);
    expect(entry).toMatchObject({ event: 'authorized', hint: expect.stringContaining('refresh token') });
    expect(await desk.look(connection)).toMatchObject({ status: 'active', refreshable: false });
  });

  it('D030 sends on to a return URL of an allowed origin, and nowhere else', async () => {
    const connection = await desk.open('five');
    const returnUrl = `${ALLOWED_ORIGIN}/done?a=1`;
    const page = await new Browser().enter(await desk.link(connection, { returnUrl }), ALLOWED_ORIGIN);
    const target = new URL(page.hops.at(-1)!.location!);
    expect(target.origin + target.pathname).toBe(`${ALLOWED_ORIGIN}/done`);
    expect(target.searchParams.get('connectionId')).toBe(connection.id);
    expect(target.searchParams.has('code')).toBe(false);
    for (const evil of [
      'http://evil.example/',
      `${ALLOWED_ORIGIN}@evil.example/`,
      '//evil.example',
      `${ALLOWED_ORIGIN}.evil.example/`,
    ]) {
      const path = `/v1/connections/${connection.id}/authorization-links`;
      expect(await system.admin.post(path, { returnUrl: evil })).toMatchObject({
        status: 400,
        body: { code: 'return_url_refused' },
      });
    }
  });
});
