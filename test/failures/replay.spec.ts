import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InstallationSecrets } from '@lockkeeper/local-stack';
import pg from 'pg';
import { ApiClient, succeeded } from '../support/api-client.js';
import type { AppProcess } from '../support/app-process.js';
import { publicationOf } from '../support/credentials-stand-in.js';
import { rowsOf } from '../support/database-copy.js';
import { freshDatabases } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { connectAs } from '../support/messaging.js';
import { OpenWorkspace } from '../support/open-workspace.js';

interface State {
  connectionId: string;
  user: string;
  version: number;
  status: string;
}

describe('a new or restored database fills itself by replaying the stream', () => {
  let workspace: OpenWorkspace;
  let adminKey: string;
  beforeAll(async () => {
    workspace = await OpenWorkspace.start({ env: { ACCESS_TOKENS_REPLAY_INTERVAL_SECONDS: '1' } });
    adminKey = (await workspace.secrets.read('accessTokensFirstAdminKey')).trim();
  });
  afterAll(() => workspace?.stop());

  const published = async (changes: Parameters<typeof publicationOf>[0] = {}) => {
    const publication = publicationOf(changes);
    await workspace.credentials.publish(publication);
    return publication;
  };
  const statesAt = async ({ url }: AppProcess): Promise<State[]> =>
    succeeded(await new ApiClient(url, adminKey).get<{ items: State[] }>('/v1/tokens?limit=1000')).items;
  const stateAt = async (replica: AppProcess, id: string): Promise<State | undefined> =>
    (await statesAt(replica)).find(({ connectionId }) => connectionId === id);

  /** Nothing is left that the durable could deliver: what comes now comes from a replay. */
  const allAcknowledged = () =>
    eventually(
      async () => {
        const provisioner = await connectAs(workspace.stack.nats, 'provisioner');
        try {
          const subject = '$JS.API.CONSUMER.INFO.PUBLICATIONS.access-tokens';
          const info = (await provisioner.request(subject)).json<{ num_pending: number; num_ack_pending: number }>();
          return info.num_pending === 0 && info.num_ack_pending === 0;
        } finally {
          await provisioner.close();
        }
      },
      { what: 'everything is acknowledged' },
    );

  it('when it is empty, although everything was acknowledged long ago', async () => {
    const living = await Promise.all(Array.from({ length: 250 }, () => published()));
    const [rotated, ended] = living as [(typeof living)[0], (typeof living)[0]];
    await published({ ...rotated, version: 2, revision: 2, cause: 'rotated' });
    await published({ ...ended, revision: 2, status: 'revoked', cause: 'revoked', token: null });
    await allAcknowledged();
    const { accessTokensDatabaseUrl } = await freshDatabases();
    const fresh = await workspace.replica('fresh', { ACCESS_TOKENS_DATABASE_URL: accessTokensDatabaseUrl });
    await fresh.start();
    await eventually(async () => (await statesAt(fresh)).length >= 250, { what: 'the new database is filled' });
    expect(await stateAt(fresh, rotated.connectionId)).toMatchObject({ version: 2, status: 'active' });
    expect(await stateAt(fresh, ended.connectionId)).toMatchObject({ status: 'revoked' });
    const { key } = succeeded(
      await new ApiClient(fresh.url, adminKey).post<{ key: string }>('/v1/consumers', {
        name: 'x',
        entitlements: [{ apiService: '*' }],
      }),
    );
    const read = await new ApiClient(fresh.url, key).get(`/v1/tokens/sandbox/${living[2]!.user}`);
    expect(read.body.accessToken).toBe(living[2]!.token!.accessToken);
    await fresh.stop();
  });

  it('when a backup was restored', async () => {
    const [replica] = workspace.replicas as [AppProcess];
    const early = await published();
    await workspace.knows(early);
    await replica.stop();
    const backup = await copied(workspace.databaseUrl);
    await replica.start();
    await published({ ...early, version: 2, revision: 2, cause: 'rotated' });
    const late = await published();
    await workspace.knows(late);
    await allAcknowledged();
    const restored = await workspace.replica('restored', { ACCESS_TOKENS_DATABASE_URL: backup });
    await restored.start();
    await eventually(async () => (await stateAt(restored, late.connectionId))?.version === 1, { what: 'it caught up' });
    expect(await stateAt(restored, early.connectionId)).toMatchObject({ version: 2 });
    await restored.stop();
  });

  it('when a backup was restored under a running process', async () => {
    const publication = await published();
    await workspace.knows(publication);
    const position = 'SELECT sequence FROM replay_position';
    const [before] = await rowsOf<{ sequence: string }>(workspace.databaseUrl, position);
    const later = await published();
    await eventually(
      async () =>
        (await rowsOf<{ sequence: string }>(workspace.databaseUrl, position))[0]!.sequence !== before!.sequence,
      { what: 'the position has moved on' },
    );
    await rowsOf(workspace.databaseUrl, 'DELETE FROM connections WHERE id = $1', [later.connectionId]);
    await rowsOf(workspace.databaseUrl, 'UPDATE replay_position SET sequence = $1', [before!.sequence]);
    await workspace.knows(later);
  });

  it('when it was started with wrong keys before, and what came then was refused', async () => {
    const other = await InstallationSecrets.generate(`${workspace.secrets.directory}-other`);
    const [replica] = workspace.replicas as [AppProcess];
    await replica.stop();
    const { accessTokensDatabaseUrl: url } = await freshDatabases();
    const settings = { ACCESS_TOKENS_DATABASE_URL: url };
    const misled = await workspace.replica('misled', {
      ...settings,
      CREDENTIALS_PUBLIC_KEYS_FILE: other.path('credentialsPublicKeys'),
    });
    await misled.start();
    const publication = await published();
    await eventually(() => misled.lines.some(({ event }) => event === 'dead_letter'), { what: 'it was refused' });
    expect(await statesAt(misled)).toEqual([]);
    await misled.stop();
    const mended = await workspace.replica('mended', settings);
    await mended.start();
    await eventually(async () => (await stateAt(mended, publication.connectionId))?.version === 1, {
      what: 'it is here',
    });
    await mended.stop();
    await replica.start();
  });

  it('and a restart that finds everything here tells nothing anew', async () => {
    const [replica] = workspace.replicas as [AppProcess];
    await allAcknowledged();
    await eventually(async () => (await readiness(replica)) === 'up', { what: 'it is compared with the stream' });
    const count = async () => (await rowsOf(workspace.databaseUrl, 'SELECT seq FROM audit_log')).length;
    const before = await count();
    await replica.stop();
    await replica.start();
    await eventually(async () => (await readiness(replica)) === 'up', { what: 'it is compared with the stream again' });
    expect(await count()).toBe(before);
  });

  it('by reading only: the permission for it reaches neither dead letters nor a consumer, and changes nothing', async () => {
    const accessTokens = await connectAs(workspace.stack.nats, 'access-tokens');
    const ask = (subject: string) => accessTokens.request(subject, JSON.stringify({ seq: 1 }), { timeout: 20_000 });
    for (const subject of [
      // EVENTS is the one other stream that it reads by place, for listeners at /v1/events.
      '$JS.API.DIRECT.GET.DEAD_LETTERS',
      '$JS.API.STREAM.MSG.GET.EVENTS',
      '$JS.API.STREAM.MSG.DELETE.PUBLICATIONS',
      '$JS.API.STREAM.PURGE.PUBLICATIONS',
      '$JS.API.CONSUMER.DELETE.PUBLICATIONS.access-tokens',
    ]) {
      await expect(ask(subject)).rejects.toThrow(/[Pp]ermission/);
    }
    await accessTokens.close();
  });

  const readiness = async ({ url }: AppProcess): Promise<string> =>
    (await new ApiClient(url, null).get<{ checks: { intake: { state: string } } }>('/health/ready')).body.checks.intake
      .state;

  /** As restoring a dump would make it: the rows of that moment, in another database. */
  const copied = async (url: string): Promise<string> => {
    const { pathname, username } = new URL(url);
    const name = `restored_${randomBytes(6).toString('hex')}`;
    const admin = new pg.Client({ connectionString: process.env.LOCKKEEPER_TEST_POSTGRES_URL! });
    await admin.connect();
    await admin.query(`CREATE DATABASE "${name}" TEMPLATE "${pathname.slice(1)}" OWNER "${username}"`);
    await admin.end();
    return Object.assign(new URL(url), { pathname: `/${name}` }).href;
  };
});
