import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Publication } from '@lockkeeper/contracts';
import { succeeded } from '../support/api-client.js';
import { clientFaultOf, publicationOf } from '../support/credentials-stand-in.js';
import { EventSource } from '../support/event-source.js';
import { eventually } from '../support/eventually.js';
import { type Entitlement, OpenWorkspace } from '../support/open-workspace.js';

interface Made {
  id: string;
  key: string;
  keyId: string;
}

describe('server-sent events, with two replicas', () => {
  let workspace: OpenWorkspace;
  const open: EventSource[] = [];
  beforeAll(async () => {
    workspace = await OpenWorkspace.start({ replicas: 2, env: { ACCESS_TOKENS_EVENTS_HEARTBEAT_SECONDS: '1' } });
  });
  afterEach(() => open.splice(0).forEach((source) => source.close()));
  afterAll(() => workspace?.stop());

  const consumer = async (...entitlements: Entitlement[]): Promise<Made> =>
    succeeded(await workspace.admin.post<Made>('/v1/consumers', { name: 'a listener', entitlements }));
  const staff = async (role: string): Promise<string> =>
    succeeded(await workspace.admin.post<{ key: string }>('/v1/keys', { name: 'x', role })).key;
  const listen = async (
    key: string,
    { query = '', after = null, replica = 0 }: { query?: string; after?: string | null; replica?: 0 | 1 } = {},
  ): Promise<EventSource> => {
    const source = await EventSource.open(`${workspace.replicas[replica]!.url}/v1/events${query}`, key, after);
    open.push(source);
    return source;
  };
  const published = async (changes: Partial<Publication> = {}): Promise<string> => {
    const publication = publicationOf(changes);
    await workspace.credentials.publish(publication);
    await workspace.knows(publication);
    return publication.connectionId;
  };

  it('tell a consumer of what it may use, down to the user, at each replica, and of nothing else', async () => {
    const { key } = await consumer({ apiService: 'mail', user: 'ada' }, { apiService: 'billing' });
    const [one, two] = [await listen(key), await listen(key, { replica: 1 })];
    const secrets = [await published({ apiService: 'mail', user: 'bob' }), await published({ apiService: 'other' })];
    const heard = [await published({ apiService: 'mail', user: 'ada' }), await published({ apiService: 'billing' })];
    for (const source of [one, two]) {
      for (const connectionId of heard) await source.hears(connectionId);
      expect(source.subjects()).toEqual(heard);
      expect(source.subjects()).not.toEqual(expect.arrayContaining(secrets));
    }
    expect(one.told[0]).toMatchObject({ type: 'connection.authorized', event: { specversion: '1.0' } });
    expect(one.response.headers['content-type']).toMatch(/^text\/event-stream/);
    expect(JSON.stringify(one.told)).not.toContain('canary-');
  });

  it('tell of an API service’s refused client whoever may use anything of it, and nobody else', async () => {
    const [one, none] = await Promise.all([
      consumer({ apiService: 'mail', user: 'ada' }),
      consumer({ apiService: 'billing' }),
    ]);
    const [hearing, deaf] = [await listen(one.key), await listen(none.key)];
    const fault = clientFaultOf({ apiService: 'mail' });
    await workspace.credentials.publishApiService(fault);
    await eventually(() => hearing.subjects().includes(fault.apiServiceId), { what: 'the fault is told' });
    await deaf.hears(await published({ apiService: 'billing' }));
    expect(deaf.subjects()).not.toContain(fault.apiServiceId);
    expect(hearing.told[0]).toMatchObject({ type: 'api_service.client_fault', event: { data: { user: null } } });
  });

  it('tell admins and auditors of everything', async () => {
    const sources = [await listen(await staff('admin')), await listen(await staff('auditor'))];
    const connectionId = await published({ apiService: 'whatever' });
    for (const source of sources) await source.hears(connectionId);
  });

  it('are filtered by API service, type and connection', async () => {
    const key = await staff('auditor');
    const connectionId = randomUUID();
    const mail = await listen(key, { query: '?apiService=mail' });
    const rotations = await listen(key, { query: '?type=token.rotated' });
    const one = await listen(key, { query: `?connection=${connectionId}&apiService=billing` });
    await published({ apiService: 'billing', connectionId });
    await published({ apiService: 'billing', connectionId, version: 2 });
    const other = await published({ apiService: 'mail' });
    await mail.hears(other);
    await rotations.hears(connectionId, 2);
    await one.hears(connectionId, 2);
    expect(mail.subjects()).toEqual([other]);
    expect(rotations.told.map(({ type }) => type)).toEqual(['token.rotated']);
    expect(one.told.map(({ event }) => event.data.version)).toEqual([1, 2]);
    const again = await listen(key, { query: '?type=token.rotated', after: one.told[0]!.id });
    await again.hears(connectionId, 2);
    expect(again.told.map(({ type }) => type)).toEqual(['token.rotated']);
  });

  it('go on after the last id at any replica: all that was missed, once, in order', async () => {
    const { key } = await consumer({ apiService: 'mail' });
    const connectionId = randomUUID();
    const before = await listen(key);
    await published({ apiService: 'mail', connectionId });
    const { id } = await before.hears(connectionId);
    before.close();
    for (let version = 2; version <= 30; version += 1) await published({ apiService: 'mail', connectionId, version });
    const after = await listen(key, { after: id, replica: 1 });
    await after.hears(connectionId, 30);
    expect(after.told.map(({ event }) => event.data.version)).toEqual(Array.from({ length: 29 }, (_, at) => at + 2));
    const late = await listen(key, { after: id });
    await late.hears(connectionId, 30);
    await published({ apiService: 'mail', connectionId, version: 31 });
    await late.hears(connectionId, 31);
    expect(late.told).toHaveLength(30);
  });

  it('show in heartbeats how far they are, so that nothing is looked through twice', async () => {
    const { key } = await consumer({ apiService: 'nothing-happens-here' });
    const source = await listen(key);
    await eventually(() => source.heartbeats > 0, { what: 'a heartbeat comes' });
    const before = Number(source.lastId);
    await published({ apiService: 'mail' });
    await eventually(() => Number(source.lastId) > before, { what: 'the place moves' });
    expect(source.told).toEqual([]);
  });

  it('wait for a reader that is slow, and hold nobody else up', async () => {
    const key = await staff('auditor');
    const [slow, quick] = [await listen(key), await listen(key)];
    const goOn = slow.pause();
    const ids = Array.from({ length: 300 }, () => randomUUID());
    await Promise.all(ids.map((connectionId) => workspace.credentials.publish(publicationOf({ connectionId }))));
    for (const connectionId of ids) await quick.hears(connectionId);
    goOn();
    for (const connectionId of ids) await slow.hears(connectionId);
    expect(slow.told.map(({ id }) => id)).toEqual(quick.told.map(({ id }) => id));
  });

  it('stop at once for what is taken away, and end with the key', async () => {
    const { id, key, keyId } = await consumer({ apiService: 'mail' });
    const source = await listen(key);
    await source.hears(await published({ apiService: 'mail' }));
    succeeded(await workspace.admin.patch(`/v1/consumers/${id}`, { entitlements: [{ apiService: 'billing' }] }));
    const taken = await published({ apiService: 'mail' });
    await source.hears(await published({ apiService: 'billing' }));
    expect(source.subjects()).not.toContain(taken);
    succeeded(await workspace.admin.delete(`/v1/consumers/${id}/keys/${keyId}`));
    await eventually(() => source.ended, { what: 'the stream ends' });
  });

  it('go on over a restart of NATS', async () => {
    const source = await listen(await staff('auditor'));
    await workspace.stack.nats.restart();
    const connectionId = randomUUID();
    // What is asked of NATS while clients are still coming back may go unanswered.
    await eventually(() => published({ connectionId }), { what: 'credentials publishes again' });
    await source.hears(connectionId);
    await published({ connectionId, version: 2 });
    await source.hears(connectionId, 2);
  });

  it('are refused with a reason: a wrong place, a wrong filter, one listener too many', async () => {
    const { key } = await consumer({ apiService: 'mail' });
    const client = workspace.admin.with(key);
    expect((await client.get('/v1/events', { 'last-event-id': 'x' })).body.code).toBe('input_invalid');
    expect((await client.get('/v1/events?type=token.stolen')).body.code).toBe('input_invalid');
    const sources = await Promise.all(Array.from({ length: 20 }, () => listen(key)));
    expect((await client.get('/v1/events')).body.code).toBe('too_many_listeners');
    sources[0]!.close();
    await eventually(() => listen(key), { what: 'there is room again' });
  });

  it('end with the workspace, which doesn’t wait for listeners to go', async () => {
    const key = await staff('auditor');
    const source = await listen(key, { replica: 1 });
    const ids = Array.from({ length: 300 }, () => randomUUID());
    await Promise.all(ids.map((connectionId) => workspace.credentials.publish(publicationOf({ connectionId }))));
    for (const connectionId of ids) await source.hears(connectionId);
    const [, victim] = workspace.replicas;
    expect([0, 143, 'SIGTERM']).toContain(await victim!.stop());
    await eventually(() => source.ended, { what: 'the stream ends' });
    const missed = await published();
    const elsewhere = await listen(key, { after: source.lastId });
    await elsewhere.hears(missed);
  });
});
