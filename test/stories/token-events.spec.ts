import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { LockkeeperEvent, Publication } from '@lockkeeper/contracts';
import { type ApiClient, succeeded } from '../support/api-client.js';
import { clientFaultOf, publicationOf } from '../support/credentials-stand-in.js';
import { EventListener } from '../support/event-listener.js';
import { eventually } from '../support/eventually.js';
import { connectAs } from '../support/messaging.js';
import { OpenWorkspace } from '../support/open-workspace.js';

describe('events and the intake that causes them, with two replicas on one database', () => {
  let workspace: OpenWorkspace;
  let listener: EventListener;
  let provisioner: NatsConnection;
  let reader: ApiClient;
  beforeAll(async () => {
    workspace = await OpenWorkspace.start({ replicas: 2 });
    const { url: natsUrl, home: accountsDirectory } = workspace.stack.nats;
    listener = await EventListener.start({ natsUrl, accountsDirectory, apiService: 'sandbox' });
    provisioner = await connectAs(workspace.stack.nats, 'provisioner');
    reader = await workspace.reader();
  });
  afterAll(async () => {
    await listener?.stop();
    await provisioner?.close();
    await workspace?.stop();
  });

  const heardOf = (connectionId: string): LockkeeperEvent[] =>
    listener.heard.filter(({ subject }) => subject === connectionId);
  const hears = (count: number, connectionIds: string[]) =>
    eventually(() => connectionIds.flatMap((id) => heardOf(id)).length >= count, { what: `${count} events are heard` });

  it('tell of each new token only when it can be read', async () => {
    const publication = publicationOf();
    await workspace.credentials.publish(publication);
    const event = await listener.hears('connection.authorized', ({ subject }) => subject === publication.connectionId);
    const read = await reader.get(`/v1/tokens/sandbox/${publication.user}?minVersion=${event.data.version}`);
    expect([read.status, read.body.version]).toEqual([200, 1]);
    expect(event).toMatchObject({
      specversion: '1.0',
      source: '/lockkeeper/access-tokens',
      data: {
        apiService: 'sandbox',
        user: publication.user,
        version: 1,
        status: 'active',
        expiresAt: publication.token!.expiresAt,
      },
    });
  });

  it('tell of a connection’s life in its order', async () => {
    const first = publicationOf();
    const { connectionId, user } = first;
    const then = (changes: Partial<Publication>) => publicationOf({ connectionId, user, ...changes });
    const life = [
      first,
      then({ version: 2, revision: 2 }),
      then({ version: 2, revision: 3, status: 'refresh_failing', cause: 'status_changed' }),
      then({ version: 2, revision: 4, status: 'reauthorization_required', cause: 'status_changed', token: null }),
      then({ version: 3, revision: 5, cause: 'authorized' }),
      then({ version: 3, revision: 6, status: 'revoked', cause: 'revoked', token: null }),
    ];
    for (const [index, publication] of life.entries()) {
      await workspace.credentials.publish(publication);
      await hears(index + 1, [connectionId]);
    }
    expect(heardOf(connectionId).map(({ type, data }) => `${type} ${data.version}`)).toEqual([
      'connection.authorized 1',
      'token.rotated 2',
      'connection.refresh_failing 2',
      'connection.reauthorization_required 2',
      'connection.authorized 3',
      'token.revoked 3',
    ]);
  });

  it('tell which token each is about by a keyed fingerprint, also of the one that is gone', async () => {
    const first = publicationOf();
    const { connectionId, user } = first;
    const rotated = publicationOf({ connectionId, user, version: 2, revision: 2 });
    const revoked = { ...rotated, revision: 3, status: 'revoked', cause: 'revoked', token: null } as const;
    for (const [index, publication] of [first, rotated, revoked].entries()) {
      await workspace.credentials.publish(publication);
      await hears(index + 1, [connectionId]);
    }
    const [one, two, gone] = heardOf(connectionId).map(({ data }) => data.fingerprint);
    expect(one).toMatch(/^[0-9a-f]{12}$/);
    expect(two).not.toBe(one);
    expect(gone).toBe(two);
    const unkeyed = createHash('sha256').update(first.token!.accessToken).digest('hex');
    expect(unkeyed).not.toContain(one!);
  });

  it('announce a death, nearer and nearer, and what a token can’t do any more, each once', async () => {
    const first = publicationOf();
    const { connectionId } = first;
    const forecast = { diesAt: '2099-01-31T00:00:00.000Z', because: 'Its refresh token ends then.', daysAhead: 30 };
    const expiring = { ...first, cause: 'expiring', forecast } as const;
    const life: [Publication, number][] = [
      [first, 1],
      [{ ...expiring, revision: 2 }, 2],
      [{ ...first, revision: 3, cause: 'republished', forecast }, 2],
      [{ ...expiring, revision: 4, forecast: { ...forecast, daysAhead: 7 } }, 3],
      [publicationOf({ connectionId, version: 2, revision: 5, scopeReduction: { version: 2, lost: ['write'] } }), 5],
    ];
    for (const [publication, count] of life) {
      await workspace.credentials.publish(publication);
      await hears(count, [connectionId]);
    }
    expect(heardOf(connectionId).map(({ type, data }) => [type, data.daysAhead ?? data.lostScopes])).toEqual([
      ['connection.authorized', undefined],
      ['connection.expiring', 30],
      ['connection.expiring', 7],
      ['token.rotated', undefined],
      ['scope_reduced', ['write']],
    ]);
  });

  it('tell of an API service’s refused client under its own subject, once for each change', async () => {
    const fault = clientFaultOf();
    const healed = { ...fault, status: 'active', revision: 2, reason: null } as const;
    await workspace.credentials.publishApiService(fault);
    await hears(1, [fault.apiServiceId]);
    await workspace.credentials.publishApiService(healed);
    await hears(2, [fault.apiServiceId]);
    await workspace.credentials.send(fault.apiServiceId, await workspace.credentials.sealApiService(fault));
    const last = publicationOf();
    await workspace.credentials.publish(last);
    await hears(1, [last.connectionId]);
    expect(heardOf(fault.apiServiceId).map(({ type, data }) => `${type} ${data.status}`)).toEqual([
      'api_service.client_fault client_fault',
      'api_service.client_fault active',
    ]);
  });

  it('are neither doubled nor lost when a replica is killed in the middle of a hundred rotations', async () => {
    const publications = Array.from({ length: 100 }, () => publicationOf());
    const ids = publications.map(({ connectionId }) => connectionId);
    const [survivor, victim] = workspace.replicas as [OpenWorkspace['replicas'][0], OpenWorkspace['replicas'][0]];
    await Promise.all(publications.map((publication) => workspace.credentials.publish(publication)));
    await hears(10, ids);
    await victim.stop('SIGKILL');
    await hears(100, ids);
    await victim.start();
    await eventually(async () => (await stored()).filter((event) => ids.includes(event.subject)).length === 100, {
      what: 'a hundred events are stored',
    });
    expect(new Set(ids.flatMap((id) => heardOf(id)).map(({ id }) => id)).size).toBe(100);
    expect(survivor.running).toBe(true);
  });

  /** Everything in the stream EVENTS. */
  const stored = async (): Promise<LockkeeperEvent[]> => {
    const manager = await jetstreamManager(provisioner, { checkAPI: false });
    const { state } = await manager.streams.info('EVENTS');
    const sequences = Array.from({ length: state.messages }, (_, index) => state.first_seq + index);
    const messages = await Promise.all(sequences.map((seq) => manager.streams.getMessage('EVENTS', { seq })));
    return messages.map((message) => message!.json<LockkeeperEvent>());
  };

  it('never hold a token', async () => {
    const publication = publicationOf();
    await workspace.credentials.publish(publication);
    await hears(1, [publication.connectionId]);
    expect(JSON.stringify(await stored())).not.toContain('canary-');
    expect(workspace.logs).not.toContain('canary-');
  });

  it('reach a reader that waits at one replica for what the other one takes in', async () => {
    const publication = publicationOf();
    await workspace.credentials.publish(publication);
    await workspace.knows(publication);
    const key = succeeded(
      await workspace.admin.post<{ key: string }>('/v1/consumers', { name: 'x', entitlements: [{ apiService: '*' }] }),
    ).key;
    const waiting = workspace.replicas.map(async ({ url }) => {
      const response = await fetch(`${url}/v1/tokens/sandbox/${publication.user}?minVersion=3`, {
        headers: { authorization: `Bearer ${key}` },
      });
      return ((await response.json()) as { version: number }).version;
    });
    await workspace.credentials.publish(publicationOf({ ...publication, version: 3, revision: 3, cause: 'rotated' }));
    expect(await Promise.all(waiting)).toEqual([3, 3]);
  });

  describe('what can’t be taken in', () => {
    const deadLetters = async (connectionId: string): Promise<number> => {
      const manager = await jetstreamManager(provisioner, { checkAPI: false });
      const filter = `lockkeeper.dead-letters.PUBLICATIONS.access-tokens.publications.${connectionId}`;
      const { state } = await manager.streams.info('DEAD_LETTERS', { subjects_filter: filter });
      return state.subjects?.[filter] ?? 0;
    };
    const sentBeside = async (connectionId: string, payload: string): Promise<void> => {
      await workspace.credentials.send(connectionId, payload);
      await eventually(async () => (await deadLetters(connectionId)) === 1, { what: 'it is a dead letter' });
      expect(await workspace.stateOf(connectionId)).toBeUndefined();
    };

    it('becomes a dead letter: what is no publication', () => sentBeside(randomUUID(), '{"accessToken":"forged"}'));

    it('becomes a dead letter: what was sealed for another connection', async () => {
      await sentBeside(randomUUID(), await workspace.credentials.seal(publicationOf()));
    });

    it('becomes a dead letter: what both workspaces don’t mean the same by', async () => {
      const odd = publicationOf({ user: 'x'.repeat(513) });
      await sentBeside(odd.connectionId, await workspace.credentials.seal(odd));
    });

    it('becomes a dead letter: what names no connection at all', () => sentBeside('not-a-connection', 'x'));

    it('does not stand in the way of what can', async () => {
      await Promise.all(Array.from({ length: 40 }, () => workspace.credentials.send(randomUUID(), 'rubbish')));
      const publication = publicationOf();
      await workspace.credentials.publish(publication);
      await workspace.knows(publication);
    });
  });
});
