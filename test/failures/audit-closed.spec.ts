import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiClient, type ProblemBody, succeeded } from '../support/api-client.js';
import { Browser } from '../support/browser.js';
import { rowsOf } from '../support/database-copy.js';
import { Desk } from '../support/desk.js';
import { eventually } from '../support/eventually.js';
import { Provider } from '../support/provider.js';
import * as answers from '../support/provider-answers.js';
import { System } from '../support/workspaces.js';

interface Entry {
  action: string;
  actor: string;
  outcome: string;
  details: Record<string, unknown>;
}

describe('While the audit log takes no entries', () => {
  let system: System;
  let desk: Desk;
  let provider: Provider;

  beforeAll(async () => {
    [system, provider] = await Promise.all([System.start(), Provider.start()]);
    desk = new Desk(system);
    await desk.registerProvider('mail', provider, {
      revokeUrl: provider.address('revoke'),
      testUrl: provider.address('api'),
    });
    await desk.registerManifest('tv', provider, {
      grant: 'device_code',
      authorize: { scopes: ['watch'] },
      device: { url: provider.address('device') },
    });
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });
  // A test that failed half-way leaves the logs closed.
  beforeEach(() => closed('GRANT'));

  /** As the owner of the tables would by mistake; a full disk answers the same statements with another error. */
  async function closed(change: 'REVOKE' | 'GRANT' = 'REVOKE'): Promise<void> {
    const {
      credentialsDatabaseOwnerUrl,
      credentialsDatabaseUrl,
      accessTokensDatabaseOwnerUrl,
      accessTokensDatabaseUrl,
    } = system.databases;
    for (const [owner, url] of [
      [credentialsDatabaseOwnerUrl!, credentialsDatabaseUrl],
      [accessTokensDatabaseOwnerUrl!, accessTokensDatabaseUrl],
    ] as const) {
      const role = decodeURIComponent(new URL(url).username);
      await rowsOf(owner, `${change} INSERT ON audit_log ${change === 'GRANT' ? 'TO' : 'FROM'} "${role}"`);
    }
  }

  const entries = async (action: string): Promise<Entry[]> =>
    succeeded(await system.admin.get<{ items: Entry[] }>(`/v1/audit?action=${action}`)).items;
  const sent = (door: 'token' | 'revoke' | 'api'): number => provider.requestsTo(door).length;
  const codeOf = ({ status, body }: { status: number; body: ProblemBody }) => [status, body.code];
  /** Of credentials' repeated work, how many rounds failed since it started. */
  const restedRounds = async (tick: string): Promise<number> => {
    const line = new RegExp(`^lockkeeper_failed_rounds_total\\{tick="${tick}"\\} (\\d+)`, 'm');
    return Number(line.exec((await system.admin.get('/metrics')).text)?.[1] ?? 0);
  };

  it('both workspaces say so as a state of theirs, since when and what to do; their logs say it once, and once that it is over', async () => {
    const audit = async (url: string): Promise<{ state: string; detail?: string }> => {
      const health = await new ApiClient(url, null).get<{ checks: { audit: { state: string } } }>('/health/ready');
      expect(health.status).toBe(200);
      return health.body.checks.audit;
    };
    const [credentials, accessTokens] = [system.credentialsUrl, system.accessTokensUrl];
    expect([await audit(credentials), await audit(accessTokens)]).toEqual([{ state: 'up' }, { state: 'up' }]);
    const connection = await desk.connect('mail');
    const told = (event: string): number =>
      system.processes.flatMap(({ lines }) => lines).filter((line) => line['event'] === event).length;
    const [closings, openings, failures] = [told('audit_log_closed'), told('audit_log_open'), told('tick_failed')];
    await closed();
    await desk.dueIn(connection, 0);
    for (const url of [credentials, accessTokens])
      await eventually(async () => (await audit(url)).state === 'degraded', { what: `${url} says so` });
    expect((await audit(credentials)).detail).toMatch(/^No refresh, .* begins since \d{4}-.*Z: the audit log takes no/);
    expect((await audit(accessTokens)).detail).toMatch(/^No token is handed out .* since \d{4}-.*its right to add/);
    const seen = await restedRounds('rotation');
    await eventually(async () => (await restedRounds('rotation')) > seen + 3, { what: 'rounds go by' });
    expect([told('audit_log_closed') - closings, told('tick_failed') - failures]).toEqual([2, 0]);

    await closed('GRANT');
    for (const url of [credentials, accessTokens])
      await eventually(async () => (await audit(url)).state === 'up', { what: `${url} is well again` });
    await eventually(() => told('audit_log_open') - openings === 2, { what: 'that is told too' });
    expect(told('audit_log_closed') - closings).toBe(2);
    await desk.reads(connection, 2);
  });

  it('no refresh is sent, neither by hand nor when it is due; and it follows by itself once there is an audit log again', async () => {
    const connection = await desk.connect('mail');
    const before = sent('token');
    await closed();
    const path = `/v1/connections/${connection.id}/refresh`;
    expect(codeOf(await system.admin.post<ProblemBody>(path))).toEqual([503, 'audit_unavailable']);
    const seen = await restedRounds('rotation');
    await desk.dueIn(connection, 0);
    await eventually(async () => (await restedRounds('rotation')) > seen + 2, { what: 'the scheduler was refused' });
    expect(sent('token')).toBe(before);
    expect(await desk.look(connection)).toMatchObject({ status: 'active', version: 1 });

    await closed('GRANT');
    await desk.reads(connection, 2);
    expect(sent('token')).toBe(before + 1);
  });

  it('nothing is revoked, and no code is exchanged: both go on where they were', async () => {
    const connection = await desk.connect('mail');
    const newcomer = await desk.open('mail');
    const browser = new Browser();
    const atCallback = await browser.enter(await desk.link(newcomer), `${system.credentialsUrl}/callback`);
    const before = [sent('token'), sent('revoke')];
    await closed();
    const path = `/v1/connections/${connection.id}/revoke`;
    expect(codeOf(await system.admin.post<ProblemBody>(path))).toEqual([503, 'audit_unavailable']);
    expect((await browser.open(atCallback.url)).status).toBe(503);
    expect([sent('token'), sent('revoke')]).toEqual(before);
    expect(await desk.look(connection)).toMatchObject({ status: 'active', version: 1 });

    await closed('GRANT');
    expect((await browser.open(atCallback.url)).status).toBe(200);
    await desk.reads(newcomer, 1);
    expect((await desk.revoke(connection)).body.receipt).toMatchObject({ outcome: 'revoked' });
    const [answered] = await entries('connection.provider_revoked');
    expect(answered).toMatchObject({
      outcome: 'done',
      details: { cause: 'revoked', version: 1, answers: expect.any(Array) },
    });
    expect(answered!.details['answers']).toContainEqual({ token: 'refresh_token', outcome: 'revoked', status: 200 });
  });

  it('a revocation that waits at the provider is not sent', async () => {
    const connection = await desk.connect('mail');
    provider.next('revoke', answers.unavailable());
    await desk.revoke(connection);
    const before = sent('revoke');
    const seen = await restedRounds('revocation');
    await closed();
    await rowsOf(
      system.databases.credentialsDatabaseUrl,
      'UPDATE revocations SET due_at = now() WHERE settled_at IS NULL',
    );
    await eventually(async () => (await restedRounds('revocation')) > seen, { what: 'the queue was refused' });
    expect(sent('revoke')).toBe(before);
    await closed('GRANT');
    await eventually(() => sent('revoke') > before, { what: 'it is sent' });
  });

  it('no device code is asked for', async () => {
    const connection = await desk.open('tv');
    const path = `/v1/connections/${connection.id}/device-authorizations`;
    const { userCode } = succeeded(await system.admin.post<{ userCode: string }>(path));
    await eventually(() => provider.tokenRequests('device_code').length > 0, { what: 'it is polled' });
    await closed();
    provider.grants.decide(userCode, { allow: 'alice' });
    await eventually(async () => (await restedRounds('device-polls')) > 0, { what: 'the polls are refused' });
    const before = provider.tokenRequests('device_code').length;
    await desk.dueIn(connection, 0);
    await closed('GRANT');
    await desk.reads(connection, 1);
    expect(provider.tokenRequests('device_code').length).toBeGreaterThan(before);
  });

  it('no secret, key, consumer or connection is made or changed, and no token is tried', async () => {
    const { admin } = system;
    const connection = await desk.connect('mail');
    const before = sent('api');
    await closed();
    const refused = await Promise.all([
      admin.patch<ProblemBody>('/v1/api-services/mail', { clientSecret: 'another one' }),
      admin.post<ProblemBody>('/v1/keys', { name: 'unheard of', role: 'admin' }),
      system.tokensAdmin.post<ProblemBody>('/v1/consumers', {
        name: 'unheard of',
        entitlements: [{ apiService: '*' }],
      }),
      admin.post<ProblemBody>('/v1/connections', { apiService: 'mail', user: 'unheard-of' }),
      admin.post<ProblemBody>(`/v1/connections/${connection.id}/test`),
    ]);
    expect(refused.map(codeOf)).toEqual(refused.map(() => [503, 'audit_unavailable']));
    expect(sent('api')).toBe(before);
    const url = system.databases.credentialsDatabaseUrl;
    expect(await rowsOf(url, `SELECT FROM access_keys WHERE name = 'unheard of'`)).toEqual([]);
    expect(await rowsOf(url, `SELECT FROM connections WHERE user_id = 'unheard-of'`)).toEqual([]);
    await closed('GRANT');
    expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated' });
  });

  it('a key opens no door at an address where its use was not written down before', async () => {
    const key = { name: 'never used', role: 'auditor' };
    const unused = succeeded(await system.admin.post<{ key: string }>('/v1/keys', key)).key;
    await closed();
    expect((await system.admin.get('/v1/api-services')).status).toBe(200);
    expect(codeOf(await system.admin.with(unused).get<ProblemBody>('/v1/api-services'))).toEqual([
      503,
      'audit_unavailable',
    ]);
    expect((await system.admin.with(`lkc_${'y'.repeat(43)}`).get('/v1/api-services')).status).toBe(401);
  });

  it('no token is handed out to who did not have it yet', async () => {
    const connection = await desk.connect('mail');
    await desk.refresh(connection);
    await eventually(async () => (await desk.read(connection)).body.version === 2, { what: 'it is there' });
    const key = { name: 'a newcomer', entitlements: [{ apiService: 'mail' }] };
    const consumer = system.tokensAdmin.with(
      succeeded(await system.tokensAdmin.post<{ key: string }>('/v1/consumers', key)).key,
    );
    const path = `/v1/tokens/mail/${connection.user}`;
    // Its first use is written down before; what is refused is the token.
    succeeded(await consumer.get('/v1/tokens'));
    await closed();
    expect(codeOf(await consumer.get<ProblemBody>(path))).toEqual([503, 'audit_unavailable']);
    expect((await desk.read(connection)).status).toBe(200);
    await closed('GRANT');
    expect((await consumer.get(path)).status).toBe(200);
  });

  it('who is known and may not is written down, each time and up to a bound', async () => {
    const made = await system.admin.post<{ key: string; id: string }>('/v1/keys', { name: 'looks', role: 'auditor' });
    const { key, id } = succeeded(made);
    const auditor = system.admin.with(key);
    for (let time = 0; time < 30; time += 1) {
      const refused = await auditor.post<ProblemBody>('/v1/connections', { apiService: 'mail', user: 'x' });
      expect(codeOf(refused)).toEqual([403, 'role_refused']);
    }
    const noted = await eventually(
      async () => {
        const all = await entries('access.refused');
        return all.length >= 20 && all;
      },
      { what: 'they are written down' },
    );
    expect(noted).toHaveLength(20);
    expect(noted[0]).toMatchObject({
      actor: `key:${id}`,
      outcome: 'refused',
      objectId: 'POST /v1/connections',
      details: { code: 'role_refused' },
    });
  });
});
