import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { succeeded } from '../support/api-client.js';
import { rowsOf } from '../support/database-copy.js';
import { type Connected, Desk } from '../support/desk.js';
import { eventually } from '../support/eventually.js';
import { Provider } from '../support/provider.js';
import * as answers from '../support/provider-answers.js';
import { System } from '../support/workspaces.js';

interface Receipts {
  items: { state: string; nextTryAt: string | null; receipt: { detail: string } }[];
}

const NEW = 'secret-that-is-new';
const SOON_MS = 1_800_000;

describe('Revocations that wait for their client to be mended', () => {
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
  beforeEach(() => {
    provider.client.secret = old;
    slug = `waiting-${(services += 1)}`;
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });

  const registered = (more: object = {}): Promise<void> =>
    desk.registerProvider(slug, provider, { revokeUrl: provider.address('revoke'), ...more });
  /** A public client, until an admin says that it is none, and forgets its secret. */
  const registeredWithoutSecret = async (): Promise<void> => {
    await registered({ clientSecret: undefined });
    await patched({ clientAuthentication: 'basic' });
  };
  /** What somebody had of a provider before it came here. */
  const takenOver = async (): Promise<Connected> => {
    const tokens = [{ apiService: slug, user: 'ada', accessToken: 'at-ada', refreshToken: 'rt-ada' }];
    const { lines } = succeeded(
      await system.admin.post<{ lines: { connectionId: string }[] }>('/v1/api-services/import', { tokens }),
    );
    return { id: lines[0]!.connectionId, apiService: slug, user: 'ada' };
  };
  const connected = async (): Promise<Connected> => {
    const connection = await desk.open(slug);
    await desk.consent(connection);
    await desk.becomes(connection, 'active');
    return connection;
  };
  /** As after many tries: the next one is hours away. */
  const longWaiting = async ({ id }: Connected, attempts = 15): Promise<void> => {
    const statement = `UPDATE revocations SET attempts = $2, due_at = now() + interval '4 hours' WHERE connection_id = $1`;
    await rowsOf(system.databases.credentialsDatabaseUrl, statement, [id, attempts]);
  };
  const receiptOf = async ({ id }: Connected) =>
    succeeded(await system.admin.get<Receipts>(`/v1/connections/${id}/revocations`)).items[0]!;
  const isFarAway = async (connection: Connected): Promise<boolean> =>
    Date.parse((await receiptOf(connection)).nextTryAt!) > Date.now() + SOON_MS;
  const patched = async (change: object): Promise<void> => {
    succeeded(await system.admin.patch(`/v1/api-services/${slug}`, change));
  };
  const clientSecrets = (): string => `/v1/api-services/${slug}/client-secrets`;

  it('stay pending where there is no client secret, say so and what to do, and go on as soon as there is one', async () => {
    await registeredWithoutSecret();
    const connection = await takenOver();
    const before = provider.requestsTo('revoke').length;
    const { receipt } = succeeded(await desk.revoke(connection));
    expect(receipt).toMatchObject({
      outcome: 'revoke_pending',
      detail: expect.stringMatching(/has no client secret.*Give the API service its client secret.*as soon as/),
    });
    // Nothing was sent: so it isn't given up either, however long it takes.
    await longWaiting(connection, 100);
    await rowsOf(
      system.databases.credentialsDatabaseUrl,
      'UPDATE revocations SET due_at = now() WHERE settled_at IS NULL',
    );
    await eventually(() => isFarAway(connection), { what: 'it was tried once more, and waits' });
    expect(await receiptOf(connection)).toMatchObject({ state: 'revoke_pending' });
    expect(provider.requestsTo('revoke')).toHaveLength(before);

    await patched({ clientSecret: old });
    await desk.tells(connection, 'provider_revoked');
    expect(provider.tokensToRevoke().slice(before)).toEqual(['rt-ada', 'at-ada']);
  });

  it('are given up where a retired API service has no client secret: nobody can give it one', async () => {
    await registeredWithoutSecret();
    const connection = await takenOver();
    succeeded(await desk.revoke(connection));
    await longWaiting(connection, 100);
    succeeded(await system.admin.delete(`/v1/api-services/${slug}?force=true`));
    await rowsOf(
      system.databases.credentialsDatabaseUrl,
      'UPDATE revocations SET due_at = now() WHERE settled_at IS NULL',
    );
    await desk.tells(connection, 'provider_unproved');
  });

  describe('though the next try is hours away, are made at once', () => {
    let connection: Connected;

    beforeEach(async () => {
      await registered();
      connection = await connected();
      provider.client.secret = NEW;
      expect(succeeded(await desk.revoke(connection)).receipt).toMatchObject({ outcome: 'revoke_pending' });
      await longWaiting(connection);
    });

    it('when another client secret is given', async () => {
      await patched({ clientSecret: NEW });
      await desk.tells(connection, 'provider_revoked');
    });

    it('when another one is staged, which takes over', async () => {
      succeeded(await system.admin.post(clientSecrets(), { clientSecret: NEW }));
      await desk.tells(connection, 'provider_revoked');
    });

    it('when a staged one is promoted', async () => {
      // Tried by the waiting revocation as well, and refused: the provider knows it later than the admin.
      provider.client.secret = 'not told yet';
      succeeded(await system.admin.post(clientSecrets(), { clientSecret: NEW }));
      await desk.tells(connection, 'client_secret_refused');
      await longWaiting(connection);
      provider.client.secret = NEW;
      succeeded(await system.admin.post(`${clientSecrets()}/promote`, { unproven: true }));
      await desk.tells(connection, 'provider_revoked');
    });

    it('when the fault of the client is over at the provider', async () => {
      const other = await desk.open(slug);
      await desk.consent(other);
      const { status } = succeeded(await system.admin.get<{ status: string }>(`/v1/api-services/${slug}`));
      expect(status).toBe('client_fault');
      await longWaiting(connection);
      provider.client.secret = old;
      await desk.consent(other);
      await desk.becomes(other, 'active');
      await desk.tells(connection, 'provider_revoked');
    });

    it('when the secret is given while one is being refused', async () => {
      const gate = answers.held(answers.oauthError('invalid_client', 401));
      provider.next('revoke', gate.behaviour);
      await rowsOf(
        system.databases.credentialsDatabaseUrl,
        'UPDATE revocations SET due_at = now() WHERE settled_at IS NULL',
      );
      await gate.reached;
      await patched({ clientSecret: NEW });
      gate.release();
      await desk.tells(connection, 'provider_revoked');
    });
  });

  it('are not made at once where it isn’t the client that they wait for, nor where it is another’s', async () => {
    await registered();
    const [elsewhere, unavailable] = [slug, await connected()];
    provider.next('revoke', answers.unavailable());
    succeeded(await desk.revoke(unavailable));
    await longWaiting(unavailable);
    slug = `${elsewhere}-too`;
    await registered();
    const refused = await connected();
    provider.client.secret = NEW;
    succeeded(await desk.revoke(refused));
    await longWaiting(refused);
    slug = elsewhere;
    await patched({ clientSecret: NEW });
    expect([await isFarAway(unavailable), await isFarAway(refused)]).toEqual([true, true]);
  });
});
