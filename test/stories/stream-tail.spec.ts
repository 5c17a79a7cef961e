import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENTS, LIVE_EVENTS, STREAMS, eventSubject, storedEventSubject } from '@lockkeeper/contracts';
import { TemporaryStack } from '@lockkeeper/local-stack';
import { type NatsLink, StreamReader, StreamTail, type StreamTailOptions } from '@lockkeeper/messaging';
import { jetstream } from '@nats-io/jetstream';
import { eventually } from '../support/eventually.js';
import { linkAs, silenceLogs } from '../support/messaging.js';

const TEXT = 'x'.repeat(1000);

describe('the tail of a stream', () => {
  let stack: TemporaryStack;
  let link: NatsLink;
  beforeAll(async () => {
    silenceLogs();
    stack = await TemporaryStack.start({ postgres: false, nats: true });
    link = linkAs(stack.nats, 'access-tokens');
  });
  afterAll(async () => {
    await link?.close();
    await stack?.remove();
  });

  it.each<[string, Partial<StreamTailOptions>, number]>([
    ['in number', { kept: 10 }, 20],
    ['in size', { keptCharacters: 10 * TEXT.length }, 20],
  ])('keeps the newest messages, bounded %s, and says so of what it does not keep', async (_how, bounds, most) => {
    const options = { subject: EVENTS, liveSubject: LIVE_EVENTS, storedSubject: storedEventSubject, ...bounds };
    const tail = new StreamTail(link, new StreamReader(link, STREAMS.events), options);
    tail.start();
    const start = await eventually(() => tail.end, { what: 'the end is known' });
    const client = jetstream(link.connection, { checkAPI: false });
    const subject = eventSubject('mail', randomUUID(), 'token.rotated');
    for (let round = 1; round <= 50; round += 1) {
      const { seq } = await client.publish(subject, TEXT);
      await eventually(() => tail.end === seq, { what: 'it is heard of' });
    }
    const end = start + 50;
    const kept = tail.after(end - 10);
    expect(kept?.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 10 }, (_none, at) => end - 9 + at));
    expect(tail.after(end - most - 1)).toBeNull();
    await tail.stop();
  });
});
