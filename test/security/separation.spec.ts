import { copyFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair } from 'jose';
import pg from 'pg';
import type { Publication } from '@lockkeeper/contracts';
import { KeyRing, PublicationSealer } from '@lockkeeper/sealing';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { rowsOf } from '../support/database-copy.js';
import { type Connected, Desk, type TokenView } from '../support/desk.js';
import { eventually } from '../support/eventually.js';
import { connectAs } from '../support/messaging.js';
import { System } from '../support/workspaces.js';

/** Somebody broke into access-tokens and owns all that it owns: its database role, its key files, its NATS user. */
describe('with everything that access-tokens has', () => {
  let system: System;
  let desk: Desk;
  let connection: Connected;
  let token: TokenView;
  let nats: NatsConnection;

  beforeAll(async () => {
    system = await System.start();
    desk = new Desk(system);
    await desk.registerSandbox();
    connection = await desk.connect('sandbox');
    token = await desk.reads(connection, 1);
    nats = await connectAs(system.stack.nats, 'access-tokens');
  });
  afterAll(async () => {
    await nats?.close();
    await system?.stop();
  });

  const sealedInCredentials = async (): Promise<{
    refresh_token: string;
    access_token: string;
    client_secret: string;
  }> => {
    const [row] = await rowsOf<{ refresh_token: string; access_token: string; client_secret: string }>(
      system.databases.credentialsDatabaseUrl,
      `SELECT c.refresh_token, c.access_token, s.client_secret FROM connections c JOIN api_services s ON s.id = c.api_service_id
       WHERE c.id = $1`,
      [connection.id],
    );
    return row!;
  };

  it('its database role can’t enter the other database', async () => {
    const url = new URL(system.databases.accessTokensDatabaseUrl);
    url.pathname = new URL(system.databases.credentialsDatabaseUrl).pathname;
    const client = new pg.Client({ connectionString: url.href });
    await expect(client.connect()).rejects.toThrow(/permission denied for database/);
    await client.end().catch(() => undefined); // it never was connected
  });

  it('its database role can’t read the server’s files, other roles’ passwords, or run programs', async () => {
    const url = system.databases.accessTokensDatabaseUrl;
    const tries = [
      'SELECT rolpassword FROM pg_authid',
      `SELECT pg_read_file('postgresql.conf')`,
      `COPY (SELECT 1) TO PROGRAM 'true'`,
      'SET ROLE postgres',
      'CREATE EXTENSION dblink',
    ];
    for (const statement of tries) await expect(rowsOf(url, statement)).rejects.toThrow();
  });

  it.each(['credentials', 'access-tokens'] as const)(
    'the role of %s reads and writes rows, and changes no table, no trigger, and nothing that was written down for good',
    async (workspace) => {
      const { credentialsDatabaseUrl, accessTokensDatabaseUrl } = system.databases;
      const url = workspace === 'credentials' ? credentialsDatabaseUrl : accessTokensDatabaseUrl;
      const tries = [
        'ALTER TABLE audit_log DISABLE TRIGGER ALL',
        'DROP TRIGGER audit_log_append_only ON audit_log',
        `UPDATE audit_log SET actor = 'nobody'`,
        'DELETE FROM audit_log',
        'TRUNCATE audit_log',
        `INSERT INTO schema_migrations (timestamp, name) VALUES (1, 'never run')`,
        'CREATE TABLE mine (x int)',
        'ALTER TABLE connections ADD COLUMN mine text',
        `SET session_replication_role = 'replica'`,
      ];
      for (const statement of tries) {
        await expect(rowsOf(url, statement)).rejects.toThrow(/permission denied|must be owner|append-only/);
      }
      expect(await rowsOf(url, 'SELECT count(*) > 0 AS some FROM audit_log')).toEqual([{ some: true }]);
    },
  );

  it('its keys open nothing that credentials sealed, even with a copy of it', async () => {
    const sealed = await sealedInCredentials();
    const ring = KeyRing.parse(await system.secrets.read('accessTokensKeyRing'), 'access-tokens');
    const place = { table: 'connections', id: connection.id, column: 'refresh_token' };
    expect(() => ring.open(sealed.refresh_token, place)).toThrow();
    expect(() => ring.open(sealed.access_token, { ...place, column: 'access_token' })).toThrow();
    expect(() =>
      ring.open(sealed.client_secret, { ...place, table: 'api_services', column: 'client_secret' }),
    ).toThrow();
  });

  it('its database holds no refresh token and no client secret in any form that its keys open', async () => {
    const columns = await rowsOf<{ column_name: string }>(
      system.databases.accessTokensDatabaseUrl,
      `SELECT column_name FROM information_schema.columns WHERE table_schema = 'public'`,
    );
    const names = columns.map(({ column_name }) => column_name);
    expect(names.filter((name) => /refresh_token|client_secret|code_verifier/.test(name))).toEqual([]);
    expect(names).toContain('access_token');
  });

  it('its key is unknown at every door of credentials', async () => {
    const stranger = system.admin.with(system.keys.accessTokensAdmin);
    for (const path of ['/v1/connections', '/v1/api-services', '/v1/audit'])
      expect((await stranger.get(path)).status).toBe(401);
  });

  it('it can’t publish a token', async () => {
    const publish = jetstream(nats, { checkAPI: false }).publish(`lockkeeper.publications.${connection.id}`, 'x', {
      timeout: 20_000,
    });
    await expect(publish).rejects.toThrow(/permissions violation/i);
  });

  it('a publication that it signs itself is refused, wherever it comes from', async () => {
    const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
    const { keys } = JSON.parse(await system.secrets.read('credentialsPublicKeys')) as { keys: { kid: string }[] };
    const readers = JSON.parse(await system.secrets.read('accessTokensPublicKeys')) as { keys: [] };
    const forger = await PublicationSealer.fromJwkSets(
      { keys: [{ ...(await exportJWK(privateKey)), kid: keys[0]!.kid }] },
      readers,
    );
    expect(publicKey).toBeDefined();
    // Even with credentials' own NATS user, which it doesn't have.
    const carrier = await connectAs(system.stack.nats, 'credentials');
    const subject = `lockkeeper.publications.${connection.id}`;
    await jetstream(carrier, { checkAPI: false }).publish(subject, await forger.seal(forged()), { timeout: 20_000 });
    await carrier.close();
    await eventually(() => system.logs.includes('publication_refused'), { what: 'the forgery is noticed' });
    expect((await desk.reads(connection, 1)).accessToken).not.toBe('forged');
  });

  it('a command asks for no more than a consumer could: no answer holds a secret', async () => {
    const commands = [
      [
        'refresh',
        { connectionId: connection.id, supersedes: 0, requestedBy: 'consumer:7b1c2f7e-0000-4000-8000-000000000000' },
      ],
      ['notice', { connectionId: connection.id, requestedBy: 'consumer:7b1c2f7e-0000-4000-8000-000000000000' }],
      ['export', { connectionId: connection.id }],
    ] as const;
    for (const [verb, command] of commands) {
      const answer = nats.request(`lockkeeper.commands.${verb}`, JSON.stringify(command), { timeout: 10_000 });
      const text = await answer.then((message) => message.string()).catch((error: Error) => error.message);
      expect(text).not.toMatch(/"(accessToken|refreshToken|clientSecret|refresh_token)"/);
      expect(text).not.toContain(token.accessToken);
    }
  });

  it.each([
    ['no JSON', 'nonsense'],
    [
      'unknown members',
      JSON.stringify({
        connectionId: '7b1c2f7e-0000-4000-8000-000000000000',
        supersedes: 1,
        requestedBy: 'consumer:7b1c2f7e-0000-4000-8000-000000000000',
        scope: 'admin',
      }),
    ],
    [
      'another actor than a consumer',
      JSON.stringify({ connectionId: '7b1c2f7e-0000-4000-8000-000000000000', supersedes: 1, requestedBy: 'system' }),
    ],
  ])('a command with %s is refused by name', async (_what, text) => {
    const answer = await nats.request('lockkeeper.commands.refresh', text, { timeout: 20_000 });
    expect(answer.json()).toMatchObject({ error: { code: expect.any(String), detail: expect.any(String) } });
  });

  const forged = (): Publication => ({
    connectionId: connection.id,
    apiService: 'sandbox',
    user: connection.user,
    status: 'active',
    version: 1000,
    revision: 1000,
    cause: 'rotated',
    token: { accessToken: 'forged', tokenType: 'Bearer', scope: null, expiresAt: null },
    use: { baseUrls: [], header: 'Authorization', scheme: 'Bearer', query: null, headers: {} },
    reason: null,
    occurredAt: new Date().toISOString(),
  });
});

/** An operator's mistake: one key ring, copied to both workspaces. */
describe('with the same key in both workspaces', () => {
  let system: System;
  let desk: Desk;
  let connection: Connected;

  beforeAll(async () => {
    system = await System.start();
    desk = new Desk(system);
    await system.replica('access-tokens-1').stop();
    await copyFile(system.secrets.path('credentialsKeyRing'), system.secrets.path('accessTokensKeyRing'));
    await rowsOf(system.databases.accessTokensDatabaseOwnerUrl!, 'DELETE FROM key_checks');
    await system.replica('access-tokens-1').start();
    await desk.registerSandbox();
    connection = await desk.connect('sandbox');
    await desk.reads(connection, 1);
  });
  afterAll(() => system?.stop());

  const accessTokenIn = async (databaseUrl: string): Promise<string> => {
    const sql = 'SELECT access_token FROM connections WHERE id = $1';
    return (await rowsOf<{ access_token: string }>(databaseUrl, sql, [connection.id]))[0]!.access_token;
  };
  const putIntoAccessTokens = (sealed: string): Promise<unknown> => {
    const sql = 'UPDATE connections SET access_token = $2 WHERE id = $1';
    return rowsOf(system.databases.accessTokensDatabaseUrl, sql, [connection.id, sealed]);
  };

  it('a token of credentials doesn’t open in access-tokens, although row and column are called the same', async () => {
    const [there, own] = [
      await accessTokenIn(system.databases.credentialsDatabaseUrl),
      await accessTokenIn(system.databases.accessTokensDatabaseUrl),
    ];
    expect(there.split('.').slice(0, 2)).toEqual(own.split('.').slice(0, 2));
    await putIntoAccessTokens(there);
    await eventually(async () => (await desk.read(connection)).status === 500, { what: 'the moved token is refused' });
    expect(system.logs).toContain(`connections.access_token of ${connection.id} was altered, moved, or sealed`);
    await putIntoAccessTokens(own);
    await eventually(async () => (await desk.read(connection)).status === 200, { what: 'its own token is read' });
  });
});
