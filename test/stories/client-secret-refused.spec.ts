import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { succeeded } from '../support/api-client.js';
import { type Connected, Desk } from '../support/desk.js';
import { Provider, type RecordedRequest } from '../support/provider.js';
import { htmlPage, unavailable } from '../support/provider-answers.js';
import { System } from '../support/workspaces.js';

interface Secrets {
  active: { fingerprint: string };
  staged: { state: string; fingerprint: string; usedAt?: string } | null;
  former: { fingerprint: string; usedAt?: string } | null;
}

const NEW = 'secret-that-is-new';
const WRONG = 'secret-that-is-wrong';

describe('A provider that takes only one of two client secrets', () => {
  let system: System;
  let desk: Desk;
  let provider: Provider;
  let old: string;
  let services = 0;
  let slug: string;

  beforeAll(async () => {
    [system, provider] = await Promise.all([System.start({ accessTokensReplicas: 0 }), Provider.start()]);
    desk = new Desk(system);
    old = provider.client.secret;
  });
  beforeEach(async () => {
    provider.client.secret = old;
    provider.alsoTakes = null;
    slug = `changing-${(services += 1)}`;
    await desk.registerProvider(slug, provider, { revokeUrl: provider.address('revoke') });
    provider.requests.length = 0;
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });

  const door = (): string => `/v1/api-services/${slug}/client-secrets`;
  const secrets = async () => succeeded(await system.admin.get<Secrets>(door()));
  const stage = async (clientSecret: string, more: object = {}) =>
    succeeded(await system.admin.post<Secrets>(door(), { clientSecret, ...more }));
  const apiService = async () =>
    succeeded(await system.admin.get<{ status: string; warnings: { problem: string }[] }>(`/v1/api-services/${slug}`));
  const secretOf = ({ headers, form }: RecordedRequest): string =>
    form['client_secret'] ??
    decodeURIComponent(Buffer.from(headers.authorization!.split(' ')[1]!, 'base64').toString('utf8').split(':')[1]!);
  const sent = (which: RecordedRequest[]) => which.map(secretOf);
  const exchanges = () => provider.tokenRequests('authorization_code');
  const connected = async (): Promise<Connected> => {
    const connection = await desk.open(slug);
    await desk.consent(connection);
    await desk.becomes(connection, 'active');
    provider.requests.length = 0;
    return connection;
  };

  it('D130 has a consent made with the staged one, once it refused the one in use, which takes over then', async () => {
    const { staged } = await stage(NEW);
    provider.client.secret = NEW;
    const connection = await desk.open(slug);
    expect((await desk.consent(connection)).status).toBe(200);
    expect(sent(exchanges())).toEqual([old, NEW]);
    expect(new Set(exchanges().map(({ form }) => form['code'])).size).toBe(1);
    const proven = await desk.tells(connection, 'client_secret_proven');
    expect(proven.detail).toContain('refused the client secret in use');
    const authorized = await desk.tells(connection, 'authorized');
    expect(authorized.steps.map(({ status }) => status)).toEqual([null, 401, 200]);
    expect(await secrets()).toMatchObject({ active: { fingerprint: staged!.fingerprint }, staged: null });
    expect((await apiService()).status).toBe('active');
    await desk.consent(connection);
    expect(sent(exchanges())).toEqual([old, NEW, NEW]);
  });

  it('D130 has a consent made with the one in use while it takes that, and the staged one stays staged', async () => {
    await stage(NEW);
    const connection = await desk.open(slug);
    await desk.consent(connection);
    expect(sent(exchanges())).toEqual([old]);
    expect((await secrets()).staged).toMatchObject({ state: 'staged' });
  });

  it('D130 refuses both: the staged one is refused, not used any more, and the client is at fault', async () => {
    await stage(WRONG);
    provider.client.secret = NEW;
    const connection = await desk.open(slug);
    expect((await desk.consent(connection)).status).toBe(409);
    expect(sent(exchanges())).toEqual([old, WRONG]);
    expect((await secrets()).staged).toMatchObject({ state: 'refused' });
    expect((await desk.tells(connection, 'client_secret_refused')).detail).toContain('as well');
    expect((await apiService()).status).toBe('client_fault');
    await desk.consent(connection);
    expect(sent(exchanges())).toEqual([old, WRONG, old]);
  });

  it.each([
    ['a server that fails', unavailable()],
    ['a page', htmlPage(401)],
  ])('D130 has a code sent to it once after %s', async (_what, behaviour) => {
    await stage(NEW);
    provider.next('token', behaviour);
    const connection = await desk.open(slug);
    await desk.consent(connection);
    expect(sent(exchanges())).toEqual([old]);
    expect((await secrets()).staged).toMatchObject({ state: 'staged' });
  });

  it('D130 has tokens revoked with the staged one, from the first that it refused on', async () => {
    const connection = await connected();
    await stage(NEW);
    provider.client.secret = NEW;
    expect(succeeded(await desk.revoke(connection)).receipt).toMatchObject({ outcome: 'revoked' });
    expect(sent(provider.requestsTo('revoke'))).toEqual([old, NEW, NEW]);
    expect((await secrets()).staged).toBeNull();
  });

  it('D130 has a retired API service’s tokens revoked with the staged one', async () => {
    const connection = await connected();
    await stage(NEW);
    provider.client.secret = NEW;
    const retired = await system.admin.delete(`/v1/api-services/${slug}?force=true`);
    expect(retired.status).toBeLessThan(300);
    await desk.tells(connection, 'provider_revoked');
    expect(sent(provider.requestsTo('revoke'))).toEqual([old, NEW, NEW]);
  });

  it('D130 has tokens revoked with the former one while it does not know the new one yet', async () => {
    const connection = await connected();
    provider.alsoTakes = NEW;
    await stage(NEW);
    await desk.refresh(connection);
    expect((await secrets()).former).not.toBeNull();
    provider.alsoTakes = null;
    expect(succeeded(await desk.revoke(connection)).receipt).toMatchObject({ outcome: 'revoked' });
    expect(sent(provider.requestsTo('revoke'))).toEqual([NEW, old, old]);
    expect((await secrets()).former).toMatchObject({ usedAt: expect.any(String) });
  });

  it('D062 has tokens that no secret could revoke kept, and revoked once the right one is there', async () => {
    const connection = await connected();
    await stage(WRONG);
    provider.client.secret = NEW;
    const { receipt } = succeeded(await desk.revoke(connection));
    expect(receipt).toMatchObject({ outcome: 'revoke_pending', detail: expect.stringContaining('client secret') });
    expect((await secrets()).staged).toMatchObject({ state: 'refused' });
    expect(await desk.tells(connection, 'revocation_pending')).toMatchObject({
      detail: expect.stringContaining('client secret'),
    });
    succeeded(await system.admin.patch(`/v1/api-services/${slug}`, { clientSecret: NEW }));
    await desk.tells(connection, 'provider_revoked');
    for (const { form } of provider.requestsTo('revoke')) expect(provider.grants.userOf(form['token']!)).toBeNull();
  });

  it('D130 has any connection refreshed with the staged one, though the one to try it on was named', async () => {
    const [named, other] = [await connected(), await connected()];
    await stage(NEW, { connectionId: named.id });
    provider.client.secret = NEW;
    expect(await desk.refresh(other)).toMatchObject({ outcome: 'rotated' });
    expect(sent(provider.tokenRequests('refresh_token'))).toEqual([old, NEW]);
    expect((await secrets()).staged).toBeNull();
  });

  it('D130 has a proven one used that nobody promoted yet, and its admin is told', async () => {
    const connection = await connected();
    provider.alsoTakes = NEW;
    await stage(NEW, { promote: 'by_hand' });
    await desk.refresh(connection);
    expect((await secrets()).staged).toMatchObject({ state: 'proven' });
    provider.alsoTakes = null;
    provider.client.secret = NEW;
    expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated' });
    expect((await desk.consent(connection)).status).toBe(200);
    expect(sent(exchanges())).toEqual([old, NEW]);
    expect(await secrets()).toMatchObject({ staged: { state: 'proven', usedAt: expect.any(String) } });
    expect((await apiService()).warnings.map(({ problem }) => problem)).toEqual([
      expect.stringContaining('promote it'),
    ]);
  });

  it('D130 has a device’s code asked for, and polled, with the staged one', async () => {
    const device = { url: provider.address('device') };
    slug = 'changing-tv';
    await desk.registerManifest(slug, provider, { grant: 'device_code', authorize: {}, device });
    await stage(NEW, { promote: 'by_hand' });
    provider.client.secret = NEW;
    const connection = await desk.open(slug);
    const path = `/v1/connections/${connection.id}/device-authorizations`;
    const { userCode } = succeeded(await system.admin.post<{ userCode: string }>(path));
    provider.grants.decide(userCode, { allow: 'alice' });
    await desk.becomes(connection, 'active');
    expect(sent(provider.requestsTo('device'))).toEqual([old, NEW]);
    expect(sent(provider.tokenRequests('device_code')).slice(0, 2)).toEqual([old, NEW]);
    expect((await secrets()).staged).toMatchObject({ state: 'proven' });
  });
});
