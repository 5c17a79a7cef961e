import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ProblemBody, succeeded } from '../support/api-client.js';
import { Browser } from '../support/browser.js';
import { rowsOf } from '../support/database-copy.js';
import { type Connected, Desk } from '../support/desk.js';
import type { EventListener } from '../support/event-listener.js';
import { eventually } from '../support/eventually.js';
import { Provider } from '../support/provider.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { System } from '../support/workspaces.js';

interface Pinned {
  endpoints: Record<string, string>;
  apiServices: string[];
  seenAt: string;
  trouble: { code: string } | null;
  frozen: { proposal: string; changes: { member: string; pinned: string; seen: string | null }[] } | null;
}
interface ServiceView {
  status: string;
  frozen: { detail: string } | null;
  manifest: { token: { url: string }; revoke: { request: { url: string } } | null };
}

const SLUG = 'pinned';

describe('The endpoints of an API service that was registered by its issuer', () => {
  let system: System;
  let desk: Desk;
  /** What the issuer says. */
  let issuer: ScriptedServer;
  /** Where its endpoints are. */
  let provider: Provider;
  let connection: Connected;
  let heard: EventListener;

  beforeAll(async () => {
    const env = { CREDENTIALS_METADATA_AT_LEAST_SECONDS: '1' };
    [system, issuer, provider] = await Promise.all([System.start({ env }), ScriptedServer.start(), Provider.start()]);
    desk = new Desk(system);
    says();
    succeeded(await register(SLUG));
    heard = await system.listenTo(SLUG);
    connection = await desk.connect(SLUG);
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), issuer?.close(), provider?.stop()]);
  });

  const metadata = (more: object = {}) => ({
    issuer: issuer.url,
    authorization_endpoint: provider.address('authorize'),
    token_endpoint: provider.address('token'),
    revocation_endpoint: provider.address('revoke'),
    ...more,
  });
  const says = (more: object = {}, headers: Record<string, string> = {}) =>
    issuer.answers({ headers, body: metadata(more) });
  const register = (slug: string) =>
    system.admin.post<ProblemBody>('/v1/api-services', {
      slug,
      clientId: provider.client.id,
      clientSecret: provider.client.secret,
      issuer: issuer.url,
    });
  const discovery = (action: string, body?: object) =>
    system.admin.post<Pinned & ProblemBody>(`/v1/api-services/${SLUG}/discovery/${action}`, body);
  const look = async (): Promise<Pinned> => succeeded(await discovery('look'));
  const service = async (): Promise<ServiceView> =>
    succeeded(await system.admin.get<ServiceView>(`/v1/api-services/${SLUG}`));
  const moved = () => `${provider.address('token')}/moved`;
  const decide = async (action: 'accept' | 'refuse', seen: Pinned): Promise<Pinned> =>
    succeeded(await discovery(action, { proposal: seen.frozen!.proposal }));

  it('D073 are pinned: one that changes freezes it, and nothing is sent to the old one or the new', async () => {
    says({ token_endpoint: moved() });
    const seen = await look();
    expect(seen.frozen?.changes).toEqual([
      { member: 'token_endpoint', pinned: provider.address('token'), seen: moved() },
    ]);
    expect(seen.endpoints.token_endpoint).toBe(provider.address('token'));
    const sent = provider.requests.length;
    expect(await service()).toMatchObject({ status: 'frozen', frozen: { detail: expect.stringContaining(moved()) } });
    expect(await desk.refresh(connection)).toMatchObject({
      outcome: 'failed',
      status: 'active',
      hint: expect.stringContaining('/discovery'),
    });
    // Neither its own turn, though it is due, nor a revocation, nor a new consent.
    const due = Date.now();
    await desk.dueIn(connection, 0);
    await eventually(() => Date.now() > due + 1000, { what: 'it is due since a second, which is ten rounds' });
    const other = await desk.open(SLUG);
    const page = await new Browser().enter(await desk.link(other));
    expect(page.status).toBeGreaterThanOrEqual(400);
    expect(await desk.timeline(other)).toContainEqual(
      expect.objectContaining({ event: 'authorization_failed', detail: expect.stringContaining('Nothing is sent') }),
    );
    expect(await desk.look(connection)).toMatchObject({ status: 'active', version: 1 });
    expect(provider.requests).toHaveLength(sent);
  });

  it('D073 tell everybody who should know', async () => {
    const told = await heard.hears('api_service.client_fault');
    expect(told.data).toMatchObject({ status: 'client_fault', reason: expect.stringContaining(moved()) });
    const { text } = await system.admin.get(`/v1/audit?objectType=api_service&objectId=${SLUG}`);
    expect(text).toContain('api_service.frozen');
    await eventually(() => system.logs.includes('"event":"api_service_frozen"'), { what: 'the log tells of it' });
    const [latest] = await desk.timeline(connection);
    expect(latest).toMatchObject({ event: 'api_service_frozen', detail: expect.stringContaining(moved()) });
  });

  it('D073 change by an admin’s consent, who decides on what was looked at', async () => {
    const unknown = await discovery('accept', { proposal: 'another' });
    expect([unknown.status, unknown.body.code]).toEqual([409, 'proposal_unknown']);
    expect((await decide('accept', await look())).frozen).toBeNull();
    expect(await service()).toMatchObject({ status: 'active', manifest: { token: { url: moved() } } });
    await desk.reads(connection, 2);
    expect(provider.tokenRequests('refresh_token').at(-1)?.url).toBe('/token/moved');
    expect((await system.admin.get(`/v1/audit?objectId=${SLUG}`)).text).toContain('api_service.endpoints_accepted');
    await heard.hears('api_service.client_fault', ({ data }) => data.status === 'active');
  });

  it('stay as they are where an admin refuses, and the same change freezes nothing again', async () => {
    says({ token_endpoint: moved(), revocation_endpoint: undefined });
    const seen = await look();
    expect(seen.frozen?.changes).toEqual([
      { member: 'revocation_endpoint', pinned: provider.address('revoke'), seen: null },
    ]);
    expect((await decide('refuse', seen)).endpoints.revocation_endpoint).toBe(provider.address('revoke'));
    expect((await look()).frozen).toBeNull();
    expect((await service()).manifest.revoke?.request.url).toBe(provider.address('revoke'));
  });

  it('thaw by themselves where the issuer takes its change back', async () => {
    says({ token_endpoint: `${provider.url}/token/elsewhere` });
    expect((await look()).frozen).not.toBeNull();
    says({ token_endpoint: moved() });
    expect((await look()).frozen).toBeNull();
    expect((await service()).status).toBe('active');
  });

  it('are not frozen by what is added to them', async () => {
    says({ token_endpoint: moved(), introspection_endpoint: `${provider.url}/api/introspect` });
    const seen = await look();
    expect([seen.frozen, seen.endpoints.introspection_endpoint]).toEqual([null, `${provider.url}/api/introspect`]);
    says({ token_endpoint: moved() });
    expect((await decide('accept', await look())).frozen).toBeNull();
  });

  it('D068 freeze where another issuer’s metadata stands at the address; that can’t be accepted', async () => {
    says({ issuer: 'https://other.example.com', token_endpoint: moved() });
    const seen = await look();
    expect(seen.frozen?.changes).toEqual([{ member: 'issuer', pinned: issuer.url, seen: 'https://other.example.com' }]);
    const accepted = await discovery('accept', { proposal: seen.frozen!.proposal });
    expect([accepted.status, accepted.body.code]).toEqual([409, 'proposal_unusable']);
    expect((await decide('refuse', seen)).frozen).toBeNull();
  });

  it('D075 are looked at again when their time is over, and stay when the issuer is away', async () => {
    says({ token_endpoint: moved() }, { 'cache-control': 'max-age=1' });
    const before = await look();
    await eventually(() => issuer.requests.length > 3, { what: 'it is looked at again by itself' });
    issuer.answers({ status: 503 });
    const away = await look();
    expect(away).toMatchObject({ trouble: { code: 'issuer_in_trouble' }, frozen: null, endpoints: before.endpoints });
    expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated' });
    says({ token_endpoint: moved() });
    expect((await look()).trouble).toBeNull();
  });

  it('D056 are those of one server: its name is given to no other one', async () => {
    const stolen = {
      manifest: 1,
      issuer: issuer.url,
      authorize: { url: provider.address('authorize') },
      token: { url: 'https://evil.example.com/token' },
    };
    const body = { slug: 'stolen', clientId: 'c', clientSecret: 's', manifest: stolen };
    const refused = await system.admin.post<ProblemBody>('/v1/api-services', body);
    expect([refused.status, refused.body.code]).toEqual([409, 'issuer_taken']);
    const amended = await system.admin.patch<ProblemBody>(`/v1/api-services/${SLUG}`, {
      manifest: { ...stolen, issuer: 'https://evil.example.com' },
    });
    expect([amended.status, amended.text]).toEqual([400, expect.stringContaining('/manifest/issuer')]);
    succeeded(await register('twin'));
    expect((await look()).apiServices).toEqual([SLUG, 'twin']);
  });

  it('D056 freeze for all that were registered by it, whoever sees the change first', async () => {
    says({ token_endpoint: 'http://127.0.0.1:9/token' });
    const third = await register('third');
    expect([third.status, third.body.code]).toEqual([409, 'issuer_changed']);
    const twin = await system.admin.get<ServiceView>('/v1/api-services/twin');
    expect([twin.body.status, (await service()).status]).toEqual(['frozen', 'frozen']);
    says({ token_endpoint: moved() });
    await look();
    expect((await system.admin.get<ServiceView>('/v1/api-services/twin')).body.status).toBe('active');
  });

  it('need no decision where it is retired: it ends here, nobody is asked to revoke, and the receipts say why', async () => {
    says({ token_endpoint: moved(), revocation_endpoint: `${provider.url}/revoke/elsewhere` });
    expect((await look()).frozen).not.toBeNull();
    const sent = provider.requests.length;
    const path = `/v1/api-services/${SLUG}`;
    const refused = await system.admin.delete<ProblemBody>(path);
    expect([refused.status, refused.body.code]).toEqual([409, 'would_strand_connections']);
    expect(refused.body.detail).toContain('frozen');
    expect(succeeded(await system.admin.delete(`${path}?force=true`))).toEqual({ slug: SLUG, revoked: 1 });
    expect(await desk.isRefused(connection, 'revoked')).toMatchObject({ status: 409 });
    const { items } = succeeded(
      await system.admin.get<{ items: { state: string; receipt: { detail: string; asked: object[] } }[] }>(
        `/v1/connections/${connection.id}/revocations`,
      ),
    );
    expect(items[0]).toMatchObject({
      state: 'unproved',
      receipt: {
        detail: expect.stringMatching(/^Not tried: .* retired while it was frozen.*revoke\/elsewhere/),
        asked: [],
        notProved: ['refresh_token', 'access_token'],
      },
    });
    const held = () =>
      rowsOf(
        system.databases.credentialsDatabaseUrl,
        `SELECT FROM api_services WHERE slug = '${SLUG}' AND client_secret IS NOT NULL`,
      );
    await eventually(async () => (await held()).length === 0, { what: 'its secret is erased' });
    expect(provider.requests).toHaveLength(sent);
  });
});
