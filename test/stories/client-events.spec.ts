import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type HeardEvent, type LockkeeperEvent, Lockkeeper, type MissedEvents } from '@lockkeeper/client';
import { STREAMS } from '@lockkeeper/contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import { succeeded } from '../support/api-client.js';
import { type Connected, Desk } from '../support/desk.js';
import { eventually } from '../support/eventually.js';
import { connectAs } from '../support/messaging.js';
import { System } from '../support/workspaces.js';

describe('@lockkeeper/client: events', () => {
  let system: System;
  let desk: Desk;
  let key: string;
  beforeAll(async () => {
    system = await System.start();
    desk = new Desk(system);
    await desk.registerSandbox();
    const consumer = { name: 'a listener', entitlements: [{ apiService: 'sandbox' }] };
    key = succeeded(await system.tokensAdmin.post<{ key: string }>('/v1/consumers', consumer)).key;
  });
  afterAll(() => system?.stop());

  const client = (): Lockkeeper => new Lockkeeper({ url: system.accessTokensUrl, key, listen: false });
  const hears = (heard: HeardEvent[], { id }: Connected, version: number) =>
    eventually(() => heard.find(({ subject, data }) => subject === id && data.version === version), {
      what: `version ${version} of ${id} is heard of`,
    });
  const listeners = async (): Promise<number> =>
    Number(/^lockkeeper_event_listeners (\d+)$/m.exec((await system.tokensAdmin.get('/metrics')).text)?.[1]);
  const restart = async (meanwhile: () => Promise<unknown>): Promise<void> => {
    const [replica] = system.accessTokens;
    await replica!.stop();
    await meanwhile();
    await replica!.start();
  };

  describe('go on by themselves, and miss nothing', () => {
    const heard: Record<'sse' | 'nats', HeardEvent[]> = { sse: [], nats: [] };
    const life = new AbortController();
    let lockkeeper: Lockkeeper;
    let listening: Promise<void>[];
    let connection: Connected;
    beforeAll(async () => {
      lockkeeper = client();
      connection = await desk.connect('sandbox');
      const listen = async (transport: 'sse' | 'nats'): Promise<void> => {
        for await (const event of lockkeeper.events({ transport, signal: life.signal })) heard[transport].push(event);
      };
      listening = [listen('nats')];
      await eventually(() => desk.refresh(connection).then(() => heard.nats.length > 0), {
        what: 'it hears over NATS',
      });
      // Over HTTP nothing is told yet, not even an event, when the stream breaks off.
      listening.push(listen('sse'));
      await eventually(async () => (await listeners()) === 1, { what: 'it listens over HTTP' });
    });
    afterAll(async () => {
      life.abort();
      await Promise.all(listening);
      lockkeeper.close();
    });
    const rotate = async (): Promise<void> => void (await desk.refresh(connection));
    const bothHear = async (): Promise<void> => {
      const { version } = await desk.look(connection);
      await Promise.all([hears(heard.sse, connection, version), hears(heard.nats, connection, version)]);
    };

    it('after Lockkeeper was restarted', async () => {
      await restart(rotate);
      await bothHear();
    });

    it('after NATS was restarted', async () => {
      await system.stack.nats.stop();
      await rotate();
      await system.stack.nats.start();
      await bothHear();
    });
  });

  it('tell who was away for too long that some are gone, by onMissed, and what is left', async () => {
    const connection = await desk.connect('sandbox');
    using lockkeeper = client();
    const firstId = async (): Promise<string> => {
      for await (const { lastEventId, subject } of lockkeeper.events({ lastEventId: '0' }))
        if (subject === connection.id) return lastEventId!;
      throw new Error('nothing was told');
    };
    const left = await firstId();
    await desk.refresh(connection);
    await desk.refresh(connection);
    await desk.reads(connection, 3);
    const { data } = await firstOf(lockkeeper.events({ lastEventId: String(Number(left) + 1) }));
    expect(data.version).toBe(3);
    const provisioner = await connectAs(system.stack.nats, 'provisioner');
    const manager = await jetstreamManager(provisioner, { checkAPI: false });
    // As age does it, from the beginning on: what this connection's first two events said is gone.
    await manager.streams.purge(STREAMS.events, { seq: Number(left) + 2 });
    await provisioner.close();
    await restart(() => Promise.resolve());
    const missed: MissedEvents[] = [];
    const onMissed = (gone: MissedEvents): void => void missed.push(gone);
    const event = await firstOf(lockkeeper.events({ lastEventId: left, onMissed }));
    expect(event).toMatchObject({ subject: connection.id, data: { version: 3 } });
    expect(missed).toEqual([
      { after: Number(left), until: Number(left) + 2, detail: expect.stringContaining('not kept') },
    ]);
    // Who was not away for so long is told nothing of it; what `onMissed` throws ends the loop, and is no lost connection.
    const inTime: MissedEvents[] = [];
    await firstOf(
      lockkeeper.events({ lastEventId: event.lastEventId!, onMissed: (gone) => void inTime.push(gone) }),
      () => desk.refresh(connection),
    );
    expect(inTime).toEqual([]);
    const failing = lockkeeper.events({
      lastEventId: left,
      onMissed: () => {
        throw new TypeError('read everything anew');
      },
    });
    await expect(firstOf(failing)).rejects.toThrow('read everything anew');
  });

  it('are told apart by their type, by the compiler as well', async () => {
    const connection = await desk.connect('sandbox');
    using lockkeeper = client();
    const said: string[] = [];
    for await (const event of lockkeeper.events({ lastEventId: '0', signal: AbortSignal.timeout(60_000) })) {
      said.push(inWords(event));
      if (event.subject === connection.id) break;
    }
    expect(said.at(-1)).toBe(`${connection.user} has version 1`);
    for await (const rotated of lockkeeper.events({ type: 'token.rotated', lastEventId: '0' })) {
      const name: string | undefined = rotated.data.token;
      expect([rotated.type, name]).toEqual(['token.rotated', undefined]);
      break;
    }
  });
});

/** Compiles only while each type has its own data. */
function inWords(event: LockkeeperEvent): string {
  switch (event.type) {
    case 'connection.expiring':
      return `${event.data.user} loses it on ${event.data.diesAt.slice(0, 10)}: ${event.data.because}`;
    case 'scope_reduced':
      return `${event.data.user} can't ${event.data.lostScopes.join(', ')} any more`;
    case 'api_service.client_fault':
      return `${event.data.apiService} is ${event.data.status satisfies 'active' | 'client_fault'}`;
    case 'connection.authorized':
    case 'token.rotated':
      return `${event.data.user} has version ${event.data.version.toFixed()}`;
    default:
      return `${event.data.user} is ${event.data.status satisfies string}`;
  }
}

async function firstOf(
  events: AsyncGenerator<HeardEvent>,
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
): Promise<HeardEvent> {
  const [{ value }] = await Promise.all([events.next(), meanwhile()]);
  await events.return(undefined);
  return value as HeardEvent;
}
