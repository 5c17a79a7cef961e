import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { succeeded } from '../support/api-client.js';
import { Browser } from '../support/browser.js';
import { everyRow, rowsOf } from '../support/database-copy.js';
import { type Connected, Desk } from '../support/desk.js';
import { Provider } from '../support/provider.js';
import * as answers from '../support/provider-answers.js';
import { System } from '../support/workspaces.js';

/**
 * Two API services: the provider of one is honest, that of the other is an attacker's, who may also sit in front of a browser.
 * What is to be seen each time: who got a request, what became of the connection, and what its timeline says.
 */
describe('A hostile provider', () => {
  let system: System;
  let desk: Desk;
  let honest: Provider;
  let evil: Provider;

  beforeAll(async () => {
    const env = { CREDENTIALS_PROVIDER_TIMEOUT_SECONDS: '4', CREDENTIALS_LEASE_SECONDS: '8' };
    [system, honest, evil] = await Promise.all([
      System.start({ env }),
      Provider.start({ sendsIssuer: true }),
      Provider.start({ user: 'mallory' }),
    ]);
    desk = new Desk(system);
    await desk.registerManifest('honest', honest, { issuer: honest.url });
    await desk.registerProvider('evil', evil);
  });
  afterEach(() => {
    for (const provider of [honest, evil]) {
      provider.always('authorize', null);
      provider.always('token', null);
    }
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), honest?.stop(), evil?.stop()]);
  });

  /** The way to our own redirect page, not yet gone: what the provider would have the browser open. */
  async function stoppedBeforeCallback(connection: Connected, browser = new Browser()): Promise<URL> {
    const page = await desk.consent(connection, browser, `${system.credentialsUrl}/callback/`);
    return new URL(page.hops.at(-1)!.location!);
  }

  /** Nothing was connected, and the timeline says why in words and with a hint. */
  async function staysPending(connection: Connected, event: string): Promise<void> {
    expect(await desk.look(connection)).toMatchObject({ status: 'pending', version: 0 });
    const [entry] = await desk.timeline(connection);
    expect(entry).toMatchObject({ event, detail: expect.any(String), hint: expect.any(String) });
  }

  const exchangesAt = (provider: Provider): number => provider.tokenRequests('authorization_code').length;
  const callbackOf = (slug: string): string => `${system.credentialsUrl}/callback/${slug}`;

  describe('that mixes up', () => {
    it('D034, D037 an answer of the honest one, at its own address: the code goes to neither', async () => {
      const connection = await desk.open('honest');
      const browser = new Browser();
      const callback = await stoppedBeforeCallback(connection, browser);
      const before = [exchangesAt(honest), exchangesAt(evil)];
      const page = await browser.open(`${callbackOf('evil')}${callback.search}`);
      expect(page.status).toBe(400);
      expect([exchangesAt(honest), exchangesAt(evil)]).toEqual(before);
      await staysPending(connection, 'authorization_turned_away');
    });

    it('D034 by sending the browser on to the honest one: its code is never sent to the attacker', async () => {
      const connection = await desk.open('evil');
      evil.always('authorize', ({ request: { query } }) => {
        const asked = new URLSearchParams({
          ...query,
          client_id: honest.client.id,
          redirect_uri: callbackOf('honest'),
        });
        return { status: 302, headers: { location: `${honest.address('authorize')}?${asked}` } };
      });
      const before = [exchangesAt(honest), exchangesAt(evil)];
      const page = await desk.consent(connection);
      expect(page.hopTo(callbackOf('honest')).url).toContain('code=');
      expect(page.status).toBe(400);
      expect([exchangesAt(honest), exchangesAt(evil)]).toEqual(before);
      await staysPending(connection, 'authorization_turned_away');
    });

    it('D034 keeping its own redirect URI: the honest code that it relays is of no use to it, for want of the verifier’s challenge', async () => {
      const connection = await desk.open('honest');
      const code = honest.grants.issueCode({
        user: 'victim',
        scope: '',
        redirectUri: callbackOf('evil'),
        challenge: 'of-the-attacker',
      });
      const browser = new Browser();
      const callback = await stoppedBeforeCallback(connection, browser);
      callback.searchParams.set('code', code);
      expect((await browser.open(callback.href)).status).toBeGreaterThanOrEqual(400);
      await staysPending(connection, 'authorization_failed');
    });

    it('D034, D038, D052 by the issuer: an answer in another one’s name ends the flow, and sends no exchange', async () => {
      const connection = await desk.open('honest');
      const browser = new Browser();
      const callback = await stoppedBeforeCallback(connection, browser);
      callback.searchParams.set('iss', evil.url);
      const before = exchangesAt(honest);
      expect((await browser.open(callback.href)).status).toBeGreaterThanOrEqual(400);
      expect(exchangesAt(honest)).toBe(before);
      await staysPending(connection, 'authorization_failed');
    });

    it('D036 two API services that share an authorize URL: each one’s codes stay its own', async () => {
      const twin = { slug: 'twin', name: 'twin', clientId: honest.client.id, clientSecret: 'of the twin' };
      const addresses = { authorizeUrl: honest.address('authorize'), tokenUrl: evil.address('token') };
      succeeded(await system.admin.post('/v1/api-services', { ...twin, ...addresses }));
      const connection = await desk.open('honest');
      const browser = new Browser();
      const callback = await stoppedBeforeCallback(connection, browser);
      const before = exchangesAt(evil);
      expect((await browser.open(`${callbackOf('twin')}${callback.search}`)).status).toBe(400);
      expect(exchangesAt(evil)).toBe(before);
      await staysPending(connection, 'authorization_turned_away');
    });

    it('D035 endpoints in the middle of a consent: it ends, and the code is sent nowhere', async () => {
      await desk.registerProvider('moved', honest);
      const connection = await desk.open('moved');
      const browser = new Browser();
      const callback = await stoppedBeforeCallback(connection, browser);
      succeeded(await system.admin.patch('/v1/api-services/moved', { tokenUrl: evil.address('token') }));
      const before = [exchangesAt(honest), exchangesAt(evil)];
      expect((await browser.open(callback.href)).status).toBe(409);
      expect([exchangesAt(honest), exchangesAt(evil)]).toEqual(before);
      await staysPending(connection, 'authorization_turned_away');
    });
  });

  describe('that forges an answer', () => {
    it('D015, D031 in the victim’s browser, with a flow of the attacker’s own: it has no cookie there', async () => {
      const connection = await desk.open('evil');
      const forged = await stoppedBeforeCallback(connection, new Browser());
      const before = exchangesAt(evil);
      expect((await new Browser().open(forged.href)).status).toBe(403);
      expect(exchangesAt(evil)).toBe(before);
      await staysPending(connection, 'authorization_turned_away');
    });

    it.each([
      ['without a state', (callback: URL) => callback.searchParams.delete('state')],
      ['with a state that nobody drew', (callback: URL) => callback.searchParams.set('state', 'x'.repeat(43))],
      ['with two states', (callback: URL) => callback.searchParams.append('state', 'x'.repeat(43))],
      ['with two codes', (callback: URL) => callback.searchParams.append('code', 'another')],
    ])('D031 %s, of a provider that heeds no PKCE: no exchange is sent', async (_, forge) => {
      const connection = await desk.open('evil');
      const browser = new Browser();
      const callback = await stoppedBeforeCallback(connection, browser);
      forge(callback);
      const before = exchangesAt(evil);
      expect((await browser.open(callback.href)).status).toBe(400);
      expect(exchangesAt(evil)).toBe(before);
      expect(await desk.look(connection)).toMatchObject({ status: 'pending', version: 0 });
    });

    it('D032, D047 with a code of its own, injected into the victim’s session: the verifier does not fit it', async () => {
      const attackers = await stoppedBeforeCallback(await desk.open('honest', 'attacker'));
      const connection = await desk.open('honest', 'victim');
      const browser = new Browser();
      const callback = await stoppedBeforeCallback(connection, browser);
      callback.searchParams.set('code', attackers.searchParams.get('code')!);
      expect((await browser.open(callback.href)).status).toBeGreaterThanOrEqual(400);
      await staysPending(connection, 'authorization_failed');
    });

    it('D008, D039 again: an answer counts once, also when it comes many times at the same moment', async () => {
      const connection = await desk.open('honest');
      const browser = new Browser();
      const callback = await stoppedBeforeCallback(connection, browser);
      const before = exchangesAt(honest);
      const pages = await Promise.all(
        Array.from({ length: 5 }, () => new Browser(browser.cookies).open(callback.href)),
      );
      expect(pages.filter(({ status }) => status === 200)).toHaveLength(1);
      expect((await browser.open(callback.href)).status).toBe(400);
      expect(exchangesAt(honest)).toBe(before + 1);
      expect(await desk.look(connection)).toMatchObject({ status: 'active', version: 1 });
    });

    it('D125 by a link that it forwards: what began in one browser neither begins nor ends in another', async () => {
      const connection = await desk.open('honest');
      const link = await desk.link(connection);
      const first = await new Browser().enter(link, `${system.credentialsUrl}/callback/`);
      const second = await new Browser().open(link);
      expect(second.status).toBeGreaterThanOrEqual(400);
      expect((await new Browser().open(first.hops.at(-1)!.location!)).status).toBe(403);
      await staysPending(connection, 'authorization_turned_away');
    });
  });

  describe('that breaks the proof of possession of the code', () => {
    it('D027 by refusing S256: the consent fails with words for it, and nothing weaker is tried', async () => {
      const connection = await desk.open('honest');
      honest.always('authorize', ({ request: { query } }) => ({
        status: 302,
        headers: {
          location: `${query['redirect_uri']}?${new URLSearchParams({
            error: 'invalid_request',
            error_description: 'code_challenge_method S256 is not supported',
            state: query['state']!,
            iss: honest.url,
          })}`,
        },
      }));
      const before = honest.requestsTo('authorize').length;
      expect((await desk.consent(connection)).status).toBeGreaterThanOrEqual(400);
      const asked = honest.requestsTo('authorize').slice(before);
      expect(asked.map(({ query }) => query['code_challenge_method'])).toEqual(['S256']);
      await staysPending(connection, 'authorization_failed');
    });

    it('D027 at the exchange: a refused verifier is not left out the next time', async () => {
      const connection = await desk.open('honest');
      honest.always('token', answers.oauthError('invalid_grant'));
      const before = exchangesAt(honest);
      expect((await desk.consent(connection)).status).toBeGreaterThanOrEqual(400);
      expect(exchangesAt(honest)).toBe(before + 1);
      expect(honest.tokenRequests('authorization_code').at(-1)!.form['code_verifier']).toMatch(/^[\w.~-]{43,128}$/);
      await staysPending(connection, 'authorization_failed');
    });

    it('D029 in the database: the verifier is sealed there while the consent is under way, and gone after it', async () => {
      const connection = await desk.open('honest');
      const verifiers = (): Promise<{ code_verifier: string | null }[]> =>
        rowsOf(
          system.databases.credentialsDatabaseUrl,
          'SELECT code_verifier FROM authorization_flows WHERE connection_id = $1',
          [connection.id],
        );
      const browser = new Browser();
      const callback = await stoppedBeforeCallback(connection, browser);
      expect(await verifiers()).toEqual([{ code_verifier: expect.stringMatching(/^lks2\./) }]);
      expect((await browser.open(callback.href)).status).toBe(200);
      const verifier = honest.tokenRequests('authorization_code').at(-1)!.form['code_verifier']!;
      expect(verifier).toMatch(/^[\w.~-]{43,128}$/);
      expect(await verifiers()).toEqual([{ code_verifier: null }]);
      expect(await everyRow(system.databases.credentialsDatabaseUrl)).not.toContain(verifier);
    });

    it('D033 not at all, where it is well: confidential clients prove it too', async () => {
      await desk.connect('evil');
      expect(evil.requestsTo('authorize').at(-1)!.query['code_challenge']).toMatch(/^[\w-]{43}$/);
    });
  });

  const MISREAD: [string, answers.Behaviour, number?][] = [
    ['HTML with 200', answers.htmlPage(200)],
    ['an empty 200', answers.empty(200)],
    ['a JSON array', answers.answer(200, [])],
    ['no access token', answers.answer(200, { token_type: 'Bearer' })],
    ['an access token that is no text', answers.answer(200, { access_token: { a: 1 }, token_type: 'Bearer' })],
    ['an error with 200', answers.answer(200, { error: 'invalid_grant' })],
    ['a body without end', answers.huge(64 * 1024 * 1024)],
    ['a drop of body now and then', answers.drip],
    ['a redirect', answers.redirect(307, 'http://127.0.0.1:9/token')],
    ['a closed connection', answers.closeConnection],
  ];

  describe('whose token endpoint answers an exchange with', () => {
    it.each(MISREAD)('D023, D133 %s: nothing is connected, and the timeline tells why', async (_, behaviour) => {
      const connection = await desk.open('evil');
      evil.next('token', behaviour);
      const before = exchangesAt(evil);
      const page = await desk.consent(connection);
      expect(page.status).toBeGreaterThanOrEqual(400);
      expect(exchangesAt(evil)).toBe(before + 1);
      await staysPending(connection, 'authorization_failed');
    });

    it.each<[string, unknown, 'unknown' | 'known']>([
      ['as text', '3600', 'known'],
      ['null', null, 'unknown'],
      ['no number at all', 'soon', 'unknown'],
      ['zero', 0, 'unknown'],
      ['negative', -5, 'unknown'],
      ['larger than any date', 1e300, 'unknown'],
    ])('D010 an expires_in that is %s: no guess is shown as a fact', async (_, expiresIn, expected) => {
      const connection = await desk.open('evil');
      evil.next('token', answers.withMembers({ expires_in: expiresIn }));
      const page = await desk.consent(connection);
      expect(page.status).toBe(200);
      const { status, expiresAt } = await desk.look(connection);
      expect(status).not.toBe('pending');
      if (expected === 'known') expect(Date.parse(expiresAt!)).toBeGreaterThan(Date.now());
      else expect(expiresAt).toBeNull();
      const [entry] = (await desk.timeline(connection)).filter(({ event }) => event === 'authorized');
      expect(entry).toMatchObject({ version: 1 });
    });
  });
});
