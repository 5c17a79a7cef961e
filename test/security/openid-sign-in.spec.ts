import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, type Page } from '../support/browser.js';
import { Organisation } from '../support/organisation.js';
import { System } from '../support/workspaces.js';

describe('signing in at the organisation’s OpenID provider', () => {
  let system: System;
  let organisation: Organisation;
  let issuer: string;

  beforeAll(async () => {
    organisation = await Organisation.draw();
    issuer = organisation.issuer;
    system = await System.start({ env: organisation.settings });
    await organisation.start(system.credentialsUrl);
  });
  afterAll(async () => {
    await organisation?.stop();
    await system?.stop();
  });

  const logIn = async (browser: Browser, login: string): Promise<Page> => {
    const form = await browser.open(`${system.credentialsUrl}/v1/session/openid`);
    const consent = await browser.submit(form, { fields: { login, password: 'x' } });
    return browser.submit(consent);
  };
  const whoIs = async (browser: Browser): Promise<{ status: number; role?: string; name?: string; by?: string }> => {
    const cookie = await browser.cookies.getCookieString(system.credentialsUrl, { sameSiteContext: 'strict' });
    const answer = await fetch(`${system.credentialsUrl}/v1/session`, {
      headers: { cookie, 'x-lockkeeper-console': 'present' },
    });
    return { status: answer.status, ...((await answer.json()) as object) };
  };

  it('gives the role that the ID token’s claim gives, and the audit log names the person', async () => {
    const browser = new Browser();
    const end = await logIn(browser, 'keepers');
    expect(new URL(end.url).pathname).toBe('/');
    expect(await whoIs(browser)).toMatchObject({
      status: 200,
      role: 'admin',
      by: 'openid',
      name: 'keepers of the organisation',
    });
    const entries = await system.admin.get<{ items: { actor: string }[] }>('/v1/audit?action=session.started');
    expect(entries.body.items[0]!.actor).toBe(`person:${issuer}#keepers`);
  });

  it('lets nobody in to whom no claim gives a role, and says why', async () => {
    const browser = new Browser();
    const end = await logIn(browser, 'strangers');
    expect(new URL(end.url).hash).toContain('openid_role_missing');
    expect((await whoIs(browser)).status).toBe(401);
  });

  it('takes no answer that another browser began, and none twice', async () => {
    const browser = new Browser();
    await logIn(browser, 'readers');
    const callback = browser.hops.find(({ url }) => url.includes('/v1/session/openid/callback'))!.url;
    for (const other of [new Browser(), browser]) {
      const again = await other.open(callback);
      expect(new URL(again.url).hash).toContain('openid_flow_lost');
    }
    expect((await whoIs(browser)).role).toBe('auditor');
  });

  it('is offered by its name, and where none is configured, not', async () => {
    expect((await system.admin.get<{ openid: string }>('/v1/sign-in')).body.openid).toBe('the organisation');
    expect((await system.tokensAdmin.get<{ openid: null }>('/v1/sign-in')).body.openid).toBeNull();
  });
});
