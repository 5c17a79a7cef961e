import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Publication } from '@lockkeeper/contracts';
import { type ApiClient, type ProblemBody, succeeded } from '../support/api-client.js';
import { publicationOf, tokenOf } from '../support/credentials-stand-in.js';
import { rowsOf } from '../support/database-copy.js';
import { eventually } from '../support/eventually.js';
import { type Entitlement, OpenWorkspace } from '../support/open-workspace.js';

interface ExposureView {
  connectionId: string;
  version: number;
  currentVersion: number;
  consumerId: string;
  consumerName: string;
  firstAt: string;
  lastAt: string;
  reads: number;
}

interface Made {
  id: string;
  key: string;
  keyId: string;
}

describe('tokens that are remembered, and who got them', () => {
  let workspace: OpenWorkspace;
  let other: string;
  beforeAll(async () => {
    workspace = await OpenWorkspace.start({ replicas: 2 });
    other = workspace.replicas[1]!.url;
  });
  afterAll(() => workspace?.stop());

  const published = async (changes: Partial<Publication> = {}): Promise<Publication> => {
    const publication = publicationOf(changes);
    await workspace.credentials.publish(publication);
    await workspace.knows(publication);
    return publication;
  };
  const made = async (...entitlements: Entitlement[]): Promise<Made & { here: ApiClient; there: ApiClient }> => {
    const consumer = succeeded(await workspace.admin.post<Made>('/v1/consumers', { name: 'a reader', entitlements }));
    const here = workspace.admin.with(consumer.key);
    return { ...consumer, here, there: here.at(other) };
  };
  const pathOf = ({ apiService, user }: Publication): string => `/v1/tokens/${apiService}/${encodeURIComponent(user)}`;
  const exposuresOf = async (query: string): Promise<ExposureView[]> =>
    succeeded(await workspace.admin.get<{ items: ExposureView[] }>(`/v1/exposures?${query}`)).items;

  /** Often enough that the answer comes from memory at both replicas. */
  async function readOften(reader: { here: ApiClient; there: ApiClient }, publication: Publication): Promise<void> {
    for (const client of [reader.here, reader.there, reader.here, reader.there]) {
      const { status, body, headers } = await client.get<{ accessToken: string }>(pathOf(publication));
      expect([status, body.accessToken]).toEqual([200, publication.token!.accessToken]);
      expect([headers.get('etag'), headers.get('cache-control')]).toEqual([`"${publication.version}"`, 'no-store']);
    }
  }

  it('tells who got which version, since when and how often, whichever replica was asked', async () => {
    const [publication, reader] = [await published(), await made({ apiService: 'sandbox' })];
    await readOften(reader, publication);
    const exposures = await eventually(
      async () => {
        const found = await exposuresOf(`connection=${publication.connectionId}`);
        return found[0]?.reads === 4 && found;
      },
      { what: 'four reads are counted' },
    );
    expect(exposures).toEqual([
      expect.objectContaining({ consumerId: reader.id, consumerName: 'a reader', version: 1, currentVersion: 1 }),
    ]);
    expect(Date.parse(exposures[0]!.lastAt)).toBeGreaterThanOrEqual(Date.parse(exposures[0]!.firstAt));
    expect(await exposuresOf(`consumer=${reader.id}`)).toEqual(exposures);
    expect(await exposuresOf(`consumer=${reader.id}&version=2`)).toEqual([]);
  });

  it('tells who still uses an old version', async () => {
    const [publication, slow, quick] = [
      await published(),
      await made({ apiService: '*' }),
      await made({ apiService: '*' }),
    ];
    for (const { here } of [slow, quick]) succeeded(await here.get(pathOf(publication)));
    await published({ ...publication, version: 2, revision: 2, cause: 'rotated' });
    succeeded(await quick.here.get(`${pathOf(publication)}?minVersion=2`));
    const old = await exposuresOf(`connection=${publication.connectionId}&superseded=true`);
    expect(old.map(({ version, currentVersion }) => [version, currentVersion])).toEqual([
      [1, 2],
      [1, 2],
    ]);
    const current = await exposuresOf(`connection=${publication.connectionId}&superseded=false`);
    expect(current.map(({ consumerId }) => consumerId)).toEqual([quick.id]);
  });

  it('enters the first time, and only the first, into the audit log, in the consumer’s name', async () => {
    const [publication, reader] = [await published(), await made({ apiService: 'sandbox' })];
    await Promise.all(Array.from({ length: 20 }, () => reader.here.get(pathOf(publication))));
    await readOften(reader, publication);
    const path = `/v1/audit?objectId=${publication.connectionId}&action=token.exposed`;
    const { items } = succeeded(await workspace.admin.get<{ items: object[] }>(path));
    expect(items).toEqual([
      expect.objectContaining({ actor: `consumer:${reader.id}`, details: { version: 1, consumerId: reader.id } }),
    ]);
    const exposures = await eventually(
      async () => {
        const found = await exposuresOf(`connection=${publication.connectionId}`);
        return found[0]?.reads === 24 && found;
      },
      { what: 'each of the reads is counted' },
    );
    expect(exposures).toHaveLength(1);
  });

  it('counts for each of several readers of one token', async () => {
    const [publication, one, other] = [
      await published(),
      await made({ apiService: 'sandbox' }),
      await made({ apiService: '*' }),
    ];
    for (const reader of [one, other, one, other, other]) await reader.here.get(pathOf(publication));
    const counts = async (): Promise<Record<string, number>> => {
      const found = await exposuresOf(`connection=${publication.connectionId}`);
      return Object.fromEntries(found.map(({ consumerId, reads }) => [consumerId, reads]));
    };
    expect(await counts()).toEqual({ [one.id]: 2, [other.id]: 3 });
  });

  it('gives what is not ASCII from memory as it gave it the first time', async () => {
    const reader = await made({ apiService: 'sandbox' });
    for (const scope of ['api:read', 'lire écrire', '読む']) {
      const publication = await published({ user: `Größe ${randomUUID()}`, token: { ...tokenOf(), scope } });
      const first = await reader.here.get(pathOf(publication));
      expect(first.body).toMatchObject({ scope });
      for (let reads = 0; reads < 3; reads += 1)
        expect((await reader.here.get(pathOf(publication))).text).toBe(first.text);
    }
  });

  it('counts no read where no token left', async () => {
    const [publication, reader] = [await published(), await made({ apiService: 'sandbox' })];
    expect((await reader.here.get(pathOf(publication), { 'if-none-match': '"1"' })).status).toBe(304);
    expect(await exposuresOf(`connection=${publication.connectionId}`)).toEqual([]);
  });

  it('a key that was withdrawn at one replica opens nothing at the other any more', async () => {
    const [publication, reader] = [await published(), await made({ apiService: 'sandbox' })];
    await readOften(reader, publication);
    await workspace.admin.delete(`/v1/consumers/${reader.id}/keys/${reader.keyId}`);
    for (const client of [reader.there, reader.here]) expect((await client.get(pathOf(publication))).status).toBe(401);
  });

  it('an entitlement that was taken away at one replica is gone at the other, and one that was given is there', async () => {
    const [publication, reader] = [await published(), await made({ apiService: 'sandbox' })];
    await readOften(reader, publication);
    const path = `/v1/consumers/${reader.id}`;
    await workspace.admin.patch(path, { entitlements: [{ apiService: 'sandbox', user: 'somebody else' }] });
    for (const client of [reader.there, reader.here]) {
      expect(await client.get<ProblemBody>(pathOf(publication))).toMatchObject({
        status: 403,
        body: { code: 'not_entitled' },
      });
    }
    await workspace.admin.patch(path, { entitlements: [{ apiService: 'sandbox', user: publication.user }] });
    await readOften(reader, publication);
  });

  it('a consumer that was removed at one replica is a stranger at the other', async () => {
    const [publication, reader] = [await published(), await made({ apiService: 'sandbox' })];
    await readOften(reader, publication);
    await workspace.admin.delete(`/v1/consumers/${reader.id}`);
    for (const client of [reader.there, reader.here]) expect((await client.get(pathOf(publication))).status).toBe(401);
    expect((await exposuresOf(`consumer=${reader.id}`))[0]).toMatchObject({ consumerName: null, version: 1 });
  });

  it('a newer version takes the old one’s place at every replica; minVersion has it at once', async () => {
    const [first, reader] = [await published(), await made({ apiService: 'sandbox' })];
    await readOften(reader, first);
    const second = publicationOf({ connectionId: first.connectionId, user: first.user, version: 2 });
    await workspace.credentials.publish(second);
    await workspace.knows(second);
    for (const client of [reader.there, reader.here]) {
      const { body } = await client.get(`${pathOf(first)}?minVersion=2`);
      expect(body).toMatchObject({ version: 2, accessToken: second.token!.accessToken });
      // And nobody falls back from there.
      expect((await client.get(pathOf(first))).body).toMatchObject({ version: 2 });
    }
  });

  it('a revoked connection’s token is handed out by no replica, however often it was read', async () => {
    const [publication, reader] = [await published(), await made({ apiService: 'sandbox' })];
    await readOften(reader, publication);
    await published({ ...publication, status: 'revoked', revision: 2, cause: 'revoked', token: null });
    for (const client of [reader.there, reader.here]) {
      await eventually(async () => (await client.get(pathOf(publication))).status === 409, { what: 'it is refused' });
      expect((await client.get<ProblemBody>(pathOf(publication))).body.code).toBe('revoked');
    }
  });

  it('has each read in the database within a second, and counts it once, whatever replicas end and whoever adds it up', async () => {
    const [publication, reader] = [await published(), await made({ apiService: 'sandbox' })];
    const killed = await workspace.replica('access-tokens-killed');
    await killed.start();
    const client = reader.here.at(killed.url);
    for (let reads = 0; reads < 25; reads += 1) succeeded(await client.get(pathOf(publication)));
    const text =
      'SELECT coalesce(sum(r), 0)::int AS reads FROM exposure_tallies, unnest(connection_ids, reads) AS t (c, r) WHERE c = $1';
    const tallied = async () => (await rowsOf(workspace.databaseUrl, text, [publication.connectionId]))[0]!['reads'];
    await eventually(async () => (await tallied()) === 24, { what: 'all but the first, which is a row, are written' });
    await killed.stop('SIGKILL');
    const asked = await Promise.all(
      [workspace.admin, workspace.admin.at(other)].flatMap((admin) =>
        Array.from({ length: 4 }, () => admin.get<{ items: ExposureView[] }>(`/v1/exposures?consumer=${reader.id}`)),
      ),
    );
    for (const answer of asked) expect(succeeded(answer).items).toMatchObject([{ reads: 25 }]);
    expect(await tallied()).toBe(0);
  });

  it('has all reads in the database when a replica ends', async () => {
    const [publication, reader] = [await published(), await made({ apiService: 'sandbox' })];
    const last = await workspace.replica('access-tokens-last');
    await last.start();
    const client = reader.here.at(last.url);
    for (let reads = 0; reads < 25; reads += 1) succeeded(await client.get(pathOf(publication)));
    expect(await last.stop()).not.toBe('SIGKILL');
    const text = 'SELECT reads::int FROM exposures WHERE connection_id = $1';
    expect(await rowsOf(workspace.databaseUrl, text, [publication.connectionId])).toEqual([{ reads: 25 }]);
  });
});
