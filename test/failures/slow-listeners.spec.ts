import { readFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { STREAMS, eventSubject } from '@lockkeeper/contracts';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { succeeded } from '../support/api-client.js';
import { EventSource } from '../support/event-source.js';
import { eventually } from '../support/eventually.js';
import { connectAs } from '../support/messaging.js';
import { OpenWorkspace } from '../support/open-workspace.js';

/** So large that no buffer of the operating system holds a listener's share. */
const EVENTS = 600;
const EVENT_BYTES = 50_000;
const LISTENERS = 10;
const MEGABYTE = 1_048_576;

describe('listeners that take nothing, or come back after days', () => {
  let workspace: OpenWorkspace;
  let key: string;
  const open: EventSource[] = [];

  beforeAll(async () => {
    workspace = await OpenWorkspace.start({
      env: { ACCESS_TOKENS_EVENTS_HEARTBEAT_SECONDS: '1', ACCESS_TOKENS_EVENTS_STALLED_SECONDS: '8' },
    });
    key = succeeded(await workspace.admin.post<{ key: string }>('/v1/keys', { name: 'x', role: 'auditor' })).key;
    await fill();
  });
  afterAll(async () => {
    open.forEach((source) => source.close());
    await workspace?.stop();
  });

  const listen = async (after: string | null): Promise<EventSource> => {
    const source = await EventSource.open(`${workspace.url}/v1/events`, key, after);
    open.push(source);
    return source;
  };

  /** What months of events would be, in a few large ones. */
  async function fill(): Promise<void> {
    const connection = await connectAs(workspace.stack.nats, 'access-tokens');
    const client = jetstream(connection, { checkAPI: false });
    const subject = eventSubject('mail', randomUUID(), 'token.rotated');
    for (let version = 1; version <= EVENTS; version += 1) {
      const data = { apiService: 'mail', user: 'ada', version, padding: 'x'.repeat(EVENT_BYTES) };
      await client.publish(subject, JSON.stringify({ specversion: '1.0', type: 'token.rotated', data }));
    }
    await connection.close();
  }

  async function residentBytes(): Promise<number> {
    const status = await readFile(`/proc/${workspace.replicas[0]!.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
  }

  it('cost no memory while they take nothing, are cut off, and find everything when they come back', async () => {
    const quick = await listen('1');
    await eventually(() => quick.told.length === EVENTS - 1, { what: 'who is quick has heard it all' });
    const before = await residentBytes();
    const slow = await Promise.all(Array.from({ length: LISTENERS }, () => listen('1')));
    const goOn = slow.map((source) => source.pause());
    let most = 0;
    const cutOff = async (): Promise<boolean> => {
      most = Math.max(most, await residentBytes());
      return /^lockkeeper_event_listeners 1$/m.test((await workspace.admin.get('/metrics')).text);
    };
    await eventually(cutOff, { what: 'those who take nothing are cut off' });
    // All that they were not told yet would be ten times thirty megabytes.
    expect((most - before) / MEGABYTE).toBeLessThan(150);
    expect(quick.ended).toBe(false);

    goOn.forEach((resume) => resume());
    const [first] = slow;
    await eventually(() => first!.ended, { what: 'it finds out' });
    expect(first!.told.length).toBeLessThan(EVENTS - 1);
    const back = await listen(first!.lastId);
    const heard = (): (number | null | undefined)[] =>
      [...first!.told, ...back.told].map(({ event }) => event.data.version);
    await eventually(() => heard().length === EVENTS - 1, { what: 'it has heard the rest' });
    expect(heard()).toEqual(Array.from({ length: EVENTS - 1 }, (_none, index) => index + 2));
    expect(back.missed).toEqual([]);
  });

  it('are told when what they missed is not kept any more', async () => {
    const provisioner = await connectAs(workspace.stack.nats, 'provisioner');
    const manager = await jetstreamManager(provisioner, { checkAPI: false });
    // As age does it, from the beginning on.
    await manager.streams.purge(STREAMS.events, { seq: EVENTS - 9 });
    await provisioner.close();
    await workspace.replicas[0]!.stop();
    await workspace.replicas[0]!.start();
    const late = await listen('7');
    await eventually(() => late.told.length === 10, { what: 'what is left is told' });
    expect(late.missed).toMatchObject([{ after: 7, until: EVENTS - 9, detail: expect.stringContaining('not kept') }]);
    expect(late.told[0]!.id).toBe(String(EVENTS - 9));

    const stranger = await listen(String(EVENTS * 10));
    await eventually(() => stranger.told.length === 10, { what: 'all of this stream is told' });
    expect(stranger.missed).toMatchObject([{ after: EVENTS * 10, until: EVENTS }]);
    const inTime = await listen(String(EVENTS - 5));
    await eventually(() => inTime.told.length === 5, { what: 'the rest is told' });
    expect(inTime.missed).toEqual([]);
  });
});
