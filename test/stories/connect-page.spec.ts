import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '../support/browser.js';
import { Desk } from '../support/desk.js';
import { Provider } from '../support/provider.js';
import { System } from '../support/workspaces.js';

/** What stands between an authorization link and the provider. */
describe('the connect page', () => {
  let system: System;
  let desk: Desk;
  let provider: Provider;

  beforeAll(async () => {
    const env = { CREDENTIALS_ORGANISATION_NAME: 'Acme & Sons', CREDENTIALS_ORGANISATION_COLOUR: '#7a1f5c' };
    [system, provider] = await Promise.all([System.start({ env }), Provider.start()]);
    desk = new Desk(system);
    await desk.registerManifest('crm', provider, {
      authorize: { url: provider.address('authorize'), scopes: ['contacts.read', 'offline_access', 'odd'] },
      knownScopes: { 'contacts.read': 'Read your contacts' },
    });
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });

  const look = (link: string, headers: Record<string, string>, method = 'GET') =>
    fetch(link, { method, headers, redirect: 'manual' });

  it('says who asks for what, for whom, and where one signs in, before anything leaves', async () => {
    const connection = await desk.open('crm', 'ada <ada@example.org>');
    const before = provider.requestsTo('authorize').length;
    const page = await new Browser().open(await desk.link(connection));
    expect([page.status, page.title]).toEqual([200, 'Connect crm']);
    for (const words of [
      'Acme & Sons asks',
      'ada <ada@example.org>',
      'Read your contacts',
      'keep this access',
      'odd',
      '127.0.0.1',
    ])
      expect(page.text).toContain(words);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(provider.requestsTo('authorize')).toHaveLength(before);
    expect((await desk.look(connection)).status).toBe('pending');
  });

  it('speaks the browser’s language', async () => {
    const link = await desk.link(await desk.open('crm'));
    const answer = await look(link, { 'accept-language': 'ja, en;q=0.5' });
    expect(answer.headers.get('content-language')).toBe('ja');
    expect(await answer.text()).toMatch(/<html lang="ja">[^]*アクセスを求めています/);
    const late = await look(link, { 'accept-language': 'de-AT' });
    expect(await late.text()).toContain('Dieser Link wurde in einem anderen Browser geöffnet');
  });

  it('belongs to the browser that opened it first: it may look again, and go on; nobody else may', async () => {
    const connection = await desk.open('crm');
    const link = await desk.link(connection);
    const browser = new Browser();
    expect((await browser.open(link)).status).toBe(200);
    const other = new Browser();
    const turnedAway = await other.open(link);
    expect([turnedAway.status, turnedAway.title]).toEqual([410, 'This link was opened in another browser']);
    expect(turnedAway.text).not.toContain(connection.user);
    expect((await look(link, {}, 'POST')).status).toBe(410);
    expect((await desk.timeline(connection))[0]).toMatchObject({ event: 'authorization_turned_away' });
    expect((await browser.enter(link)).status).toBe(200);
    expect((await desk.look(connection)).status).toBe('active');
    expect((await browser.open(link)).title).toBe('This link can’t be used any more');
  });

  it('gives its reader time: a link that was opened in its 30 seconds lives on for as long as a consent may take', async () => {
    const answer = await look(await desk.link(await desk.open('crm')), {});
    const [cookie] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^lockkeeper-link-\w+=[\w-]{43}; Max-Age=(599|600); Path=\/; HttpOnly; SameSite=Lax$/);
  });

  it('is not burnt by whoever only looks: HEAD, prefetching browsers, previews in chats', async () => {
    const connection = await desk.open('crm', 'private@example.org');
    const link = await desk.link(connection);
    expect((await look(link, {}, 'HEAD')).status).toBe(200);
    expect((await look(link, { 'sec-purpose': 'prefetch' })).status).toBe(503);
    const preview = await look(link, { 'user-agent': 'Slackbot-LinkExpanding 1.0' });
    expect([preview.status, preview.headers.getSetCookie()]).toEqual([200, []]);
    expect(await preview.text()).not.toContain('private@example.org');
    expect((await new Browser().enter(link)).status).toBe(200);
    expect((await desk.look(connection)).status).toBe('active');
  });

  it('is not continued by another site on somebody’s behalf', async () => {
    const link = await desk.link(await desk.open('crm'));
    const headers = { 'sec-fetch-site': 'cross-site', 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await look(link, headers, 'POST');
    expect([answer.status, await answer.text()]).toEqual([
      403,
      expect.stringContaining('Please open the link yourself'),
    ]);
    expect((await new Browser().open(link)).status).toBe(200);
  });

  it('is used up once, also when it is continued many times at once', async () => {
    const link = await desk.link(await desk.open('crm'));
    const browser = new Browser();
    await browser.open(link);
    const cookie = await browser.cookies.getCookieString(link);
    const answers = await Promise.all(Array.from({ length: 8 }, () => look(link, { cookie }, 'POST')));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array.from({ length: 7 }, () => 410)]);
  });
});
