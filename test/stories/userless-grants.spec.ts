import { generateKeyPairSync } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { type ProblemBody, succeeded } from '../support/api-client.js';
import { everyRow } from '../support/database-copy.js';
import { type ConnectionView, Desk, type RefreshView } from '../support/desk.js';
import { eventually } from '../support/eventually.js';
import { Provider } from '../support/provider.js';
import * as answers from '../support/provider-answers.js';
import { System } from '../support/workspaces.js';

const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const assertionKey = key.export({ type: 'pkcs8', format: 'pem' }) as string;

describe('Grants that need no user', () => {
  let system: System;
  let desk: Desk;
  let provider: Provider;

  beforeAll(async () => {
    [system, provider] = await Promise.all([System.start({ credentialsReplicas: 2 }), Provider.start()]);
    desk = new Desk(system);
    const userless = (more: object) => ({ authorize: {}, use: { baseUrls: [provider.address('api')] }, ...more });
    await desk.registerManifest('machine', provider, userless({ grant: 'client_credentials' }));
    await desk.registerManifest(
      'exchanged',
      provider,
      userless({
        ...{ grant: 'token_exchange', exchange: {} },
        revoke: { request: { url: provider.address('revoke'), body: { parameters: { token: '{{ token }}' } } } },
      }),
    );
    await desk.registerProvider('five', provider);
  });
  afterEach(() => {
    provider.always('token', null);
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });

  const opened = async (body: object): Promise<ConnectionView> =>
    succeeded(await system.admin.post<ConnectionView>('/v1/connections', body));
  const issue = async ({ id }: { id: string }): Promise<RefreshView> =>
    succeeded(await system.admin.post<RefreshView>(`/v1/connections/${id}/issue`));

  describe('Client credentials', () => {
    it('give a token as soon as the connection is made, by a real authorization server', async () => {
      const body = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] };
      const registered = await fetch(`${system.sandbox.url}/reg`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const { client_id: clientId, client_secret: clientSecret } = (await registered.json()) as Record<string, string>;
      const token = { url: `${system.sandbox.url}/token` };
      const manifest = { manifest: 1, grant: 'client_credentials', authorize: { scopes: ['api:read'] }, token };
      succeeded(await system.admin.post('/v1/api-services', { slug: 'real', clientId, clientSecret, manifest }));
      const connection = await opened({ apiService: 'real', user: 'nightly job' });
      expect(connection).toMatchObject({ status: 'active', version: 1, scope: 'api:read', refreshable: true });
      const read = await desk.reads({ id: connection.id, apiService: 'real', user: 'nightly job' }, 1);
      expect(read).toMatchObject({ tokenType: 'Bearer', scope: 'api:read' });
      expect(await desk.refresh({ ...connection })).toMatchObject({ outcome: 'rotated', version: 2 });
    });

    it('are renewed in time by asking again: each once, however many replicas look', async () => {
      let first = true;
      provider.always('token', (exchange) => {
        const answer = first ? answers.withMembers({ expires_in: 10 }) : answers.slowly(500);
        first = false;
        return answer(exchange);
      });
      const before = provider.tokenRequests('client_credentials').length;
      const connection = await desk.open('machine');
      await desk.reads(connection, 2);
      expect(provider.tokenRequests('client_credentials').length - before).toBe(2);
      expect(provider.requestsTo('authorize')).toEqual([]);
      const events = (await desk.timeline(connection)).map(({ event }) => event);
      expect(events).toEqual(['rotated', 'authorized']);
    });

    it('are tried again by themselves where the provider was down at first', async () => {
      provider.next('token', answers.unavailable(1));
      const connection = await opened({ apiService: 'machine', user: 'early' });
      expect(connection).toMatchObject({ status: 'refresh_failing', version: 0, fault: { owner: 'provider' } });
      await desk.reads({ id: connection.id, apiService: 'machine', user: 'early' }, 1);
    });

    it('begin anew after a revocation when somebody says so, and not by themselves', async () => {
      const connection = await desk.open('machine');
      await desk.reads(connection, 1);
      await desk.revoke(connection);
      await desk.isRefused(connection, 'revoked');
      expect(await desk.refresh(connection)).toMatchObject({ outcome: 'not_refreshable', status: 'revoked' });
      provider.next('token', answers.unavailable());
      expect(await issue(connection)).toMatchObject({ outcome: 'not_refreshable', status: 'revoked' });
      expect(await issue(connection)).toMatchObject({ outcome: 'rotated', status: 'active', version: 2 });
      expect((await desk.timeline(connection)).map(({ event }) => event)).toContain('issue_failed');
      await desk.reads(connection, 2);
    });

    it('have no use for a link, nor a user’s grant for being issued', async () => {
      const machine = await desk.open('machine');
      const link = await system.admin.post<ProblemBody>(`/v1/connections/${machine.id}/authorization-links`, {});
      expect([link.status, link.body.code]).toEqual([409, 'no_consent_needed']);
      const user = await desk.open('five');
      const issued = await system.admin.post<ProblemBody>(`/v1/connections/${user.id}/issue`);
      expect([issued.status, issued.body.code]).toEqual([409, 'user_needed']);
    });

    it('follow an admin’s consent that brings a tenant and no code, as Microsoft’s does', async () => {
      await desk.registerManifest('consented', provider, {
        grant: 'client_credentials',
        fields: { tenant: { label: 'Tenant' } },
        authorize: {
          url: provider.address('authorize'),
          shows: [{ at: '/admin_consent', equals: 'True' }],
          captures: { tenant: '/tenant' },
          proof: { parameter: 'tenant', equals: '{{ field.tenant }}' },
        },
        token: { url: provider.address('token'), body: { parameters: { tenant: '{{ captured.tenant }}' } } },
      });
      const consented =
        (tenant: string): answers.Behaviour =>
        ({ request: { query } }) => {
          const location = new URL(query['redirect_uri']!);
          location.search = new URLSearchParams({ tenant, admin_consent: 'True', state: query['state']! }).toString();
          return { status: 302, headers: { location: location.href } };
        };
      const view = await opened({ apiService: 'consented', user: 'acme', params: { tenant: 't1' } });
      const connection = { id: view.id, apiService: 'consented', user: 'acme' };
      expect(view).toMatchObject({ status: 'pending', version: 0 });
      const early = await system.admin.post<ProblemBody>(`/v1/connections/${view.id}/issue`);
      expect([early.status, early.body.code]).toEqual([409, 'consent_needed']);

      provider.next('authorize', consented('somebody-elses'));
      expect((await desk.consent(connection)).status).toBe(400);
      expect((await desk.look(connection)).version).toBe(0);

      provider.next('authorize', consented('t1'));
      expect((await desk.consent(connection)).status).toBe(200);
      await desk.reads(connection, 1);
      await desk.refresh(connection);
      const sent = provider.tokenRequests('client_credentials').slice(-2);
      expect(sent.map(({ form }) => [form['tenant'], form['code']])).toEqual(Array(2).fill(['t1', undefined]));
    });
  });

  describe('The JWT bearer grant', () => {
    const manifest = (): object => ({
      manifest: 1,
      grant: 'jwt_bearer',
      clientAuthentication: 'post',
      authorize: { scopes: ['calendar'] },
      fields: { subject: { label: 'Account' } },
      assertion: { claims: { sub: '{{ field.subject }}' } },
      token: { url: provider.address('token') },
    });

    it('signs with the key that an admin uploaded, which nobody ever sees again', async () => {
      const { id: clientId, secret: clientSecret } = provider.client;
      const body = { slug: 'robot', clientId, clientSecret, manifest: manifest() };
      const keyless = await system.admin.post<ProblemBody>('/v1/api-services', body);
      expect([keyless.status, keyless.text]).toEqual([400, expect.stringContaining('/assertionKey')]);
      const wrong = await system.admin.post<ProblemBody>('/v1/api-services', {
        ...body,
        assertionKey: 'canary-no-key',
      });
      expect([wrong.status, wrong.text]).toEqual([400, expect.not.stringContaining('canary')]);
      const registered = await system.admin.post<{ assertionKey: object }>('/v1/api-services', {
        ...body,
        assertionKey,
      });
      expect(succeeded(registered).assertionKey).toEqual({
        fingerprint: expect.any(String),
        changedAt: expect.any(String),
      });

      const connection = await opened({ apiService: 'robot', user: 'ada', params: { subject: 'ada@example.com' } });
      expect(connection).toMatchObject({ status: 'active', version: 1, scope: 'calendar' });
      const { form } = provider.tokenRequests('jwt-bearer').at(-1)!;
      const claims = { iss: clientId, sub: 'ada@example.com', aud: provider.address('token') };
      expect(decodeJwt(form['assertion']!)).toMatchObject(claims);

      const secret = assertionKey.split('\n')[1]!;
      const rows = await everyRow(system.databases.credentialsDatabaseUrl);
      const shown =
        (await system.admin.get('/v1/api-services/robot')).text + (await system.admin.get('/v1/audit')).text;
      expect([rows, shown, system.logs].filter((text) => text.includes(secret))).toEqual([]);
      expect(rows).not.toContain(form['assertion']);
    });

    it('ends with a fault that tells whose it is where the provider refuses the assertion, and begins anew once that is mended', async () => {
      provider.next('token', answers.oauthError('invalid_grant'));
      const connection = await opened({ apiService: 'robot', user: 'bob', params: { subject: 'bob@example.com' } });
      expect(connection).toMatchObject({ status: 'reauthorization_required', fault: { code: 'invalid_grant' } });
      expect(connection.fault!.hint).toContain('/issue');
      expect(await issue(connection)).toMatchObject({ outcome: 'rotated', version: 1, status: 'active' });
    });
  });

  describe('The token exchange', () => {
    const exchangedFor = (subject: { id: string }, user: string) =>
      opened({ apiService: 'exchanged', user, subjectConnectionId: subject.id });

    it('changes the token of another connection for one of its own', async () => {
      const subject = await desk.connect('five');
      const token = await desk.reads(subject, 1);
      const connection = await exchangedFor(subject, 'orders');
      expect(connection).toMatchObject({ status: 'active', version: 1, subjectConnectionId: subject.id });
      expect(provider.tokenRequests('token-exchange').at(-1)!.form['subject_token']).toBe(token.accessToken);

      await desk.refresh(subject);
      const rotated = await desk.reads(subject, 2);
      await desk.refresh(connection);
      expect(provider.tokenRequests('token-exchange').at(-1)!.form['subject_token']).toBe(rotated.accessToken);
    });

    it('D093 gives nothing any longer once the grant is gone that the token came from', async () => {
      const subject = await desk.connect('five');
      const connection = { ...(await exchangedFor(subject, 'short-lived')), user: 'short-lived' };
      const { accessToken } = await desk.reads(connection, 1);
      const path = `/v1/connections/${subject.id}/revoke?dryRun=true`;
      expect(succeeded(await system.admin.post(path))).toMatchObject({
        connections: [{ id: connection.id, user: 'short-lived', certain: true }],
      });
      await desk.revoke(subject);
      await eventually(() => provider.tokensToRevoke().includes(accessToken), {
        what: 'the token that came from it is revoked, too',
      });
      const ended = await desk.look(connection);
      expect(ended).toMatchObject({ status: 'reauthorization_required', fault: { code: 'subject_gone' } });
      await desk.isRefused(connection, 'reauthorization_required');

      await desk.consent(subject);
      expect(await issue(connection)).toMatchObject({ outcome: 'rotated', version: 2 });
    });

    it('D093 has a token revoked whose grant its provider ended, and once where there are two ways to it', async () => {
      const subject = await desk.connect('five');
      const first = await exchangedFor(subject, 'first');
      const both = { ...{ apiService: 'exchanged', user: 'both' }, subjectConnectionId: first.id };
      const second = await opened({ ...both, actorConnectionId: subject.id });
      const tokens = await Promise.all(
        [
          { ...first, user: 'first' },
          { ...second, user: 'both' },
        ].map(async (connection) => (await desk.reads(connection, 1)).accessToken),
      );
      provider.next('token', answers.oauthError('invalid_grant'));
      await desk.refresh(subject);
      expect((await desk.look(subject)).status).toBe('reauthorization_required');
      const revoked = () => provider.tokensToRevoke().filter((token) => tokens.includes(token));
      await eventually(() => tokens.every((token) => revoked().includes(token)), { what: 'both are revoked' });
      for (const { id } of [first, second]) {
        const { items } = succeeded(await system.admin.get<{ items: object[] }>(`/v1/connections/${id}/revocations`));
        expect(items).toHaveLength(1);
      }
    });

    it('D093 has a token revoked once, where several ways lead to it from what somebody revoked', async () => {
      const subject = await desk.connect('five');
      const first = await exchangedFor(subject, 'near');
      const both = { ...{ apiService: 'exchanged', user: 'far' }, subjectConnectionId: first.id };
      const second = await opened({ ...both, actorConnectionId: subject.id });
      await desk.revoke(subject);
      for (const { id } of [first, second]) {
        await desk.tells({ id, apiService: 'exchanged', user: '' }, 'provider_revoked');
        const { items } = succeeded(await system.admin.get<{ items: object[] }>(`/v1/connections/${id}/revocations`));
        expect(items).toHaveLength(1);
      }
    });

    it('D092 does not ask again for a target that the provider refused, until an operator does', async () => {
      const subject = await desk.connect('five');
      provider.next('token', answers.oauthError('invalid_target'));
      const view = await exchangedFor(subject, 'elsewhere');
      expect(view).toMatchObject({ status: 'refresh_failing', refreshAt: null, fault: { code: 'invalid_target' } });
      const connection = { ...view, user: 'elsewhere' };
      const before = provider.tokenRequests('token-exchange').length;
      // Two rounds of every scheduler later: the machine that is due meanwhile was seen by them.
      provider.next('token', answers.withMembers({ expires_in: 1 }));
      await desk.reads(await desk.open('machine'), 2);
      await desk.isRefused(connection, 'refresh_failing');
      expect(provider.tokenRequests('token-exchange').length).toBe(before);
      expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 1 });
    });

    it('needs a subject that exists, and no other grant takes one', async () => {
      const nobody = '7b1c2f7e-0000-4000-8000-000000000000';
      const refusal = async (body: object) => {
        const { status, body: problem } = await system.admin.post<ProblemBody>('/v1/connections', body);
        return [status, problem.code];
      };
      expect(await refusal({ apiService: 'exchanged', user: 'x' })).toEqual([400, 'input_invalid']);
      expect(await refusal({ apiService: 'exchanged', user: 'x', subjectConnectionId: nobody })).toEqual([
        404,
        'connection_not_found',
      ]);
      const { id } = await desk.open('five');
      expect(await refusal({ apiService: 'machine', user: 'x', subjectConnectionId: id })).toEqual([
        400,
        'input_invalid',
      ]);
    });
  });

  it('leaves no lease and no open intent behind', async () => {
    await eventually(
      async () => {
        const { items } = succeeded(
          await system.admin.get<{ items: ConnectionView[] }>('/v1/connections?status=pending&limit=1000'),
        );
        return items.every(({ apiService }) => apiService === 'five' || apiService === 'consented');
      },
      { what: 'no connection without a user is pending' },
    );
  });
});
