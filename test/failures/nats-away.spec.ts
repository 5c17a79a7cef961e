import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import { COMMANDS, COMMANDS_QUEUE, PUBLICATIONS_DURABLE, publicationSubject, STREAMS } from '@lockkeeper/contracts';
import { TemporaryStack } from '@lockkeeper/local-stack';
import {
  CommandClient,
  CommandServer,
  JetStreamPublisher,
  JetStreamServer,
  type NatsLink,
} from '@lockkeeper/messaging';
import { BothSides, takenIn } from '../support/both-sides.js';
import { eventually } from '../support/eventually.js';
import { linkAs, serve } from '../support/messaging.js';

describe('NATS away', () => {
  let stack: TemporaryStack;
  let credentials: NatsLink;
  let accessTokens: NatsLink;
  const apps: INestMicroservice[] = [];

  beforeAll(async () => {
    stack = await TemporaryStack.start({ postgres: false });
  });

  afterAll(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await Promise.all([credentials?.close(), accessTokens?.close()]);
    await stack?.remove();
  });

  const connected = () =>
    eventually(() => credentials.state === 'connected' && accessTokens.state === 'connected', {
      what: 'both are connected',
    });
  const publish = (payload: string) =>
    new JetStreamPublisher(credentials).publish(publicationSubject(payload), payload, { messageId: payload });
  const ask = () => new CommandClient(accessTokens).request(COMMANDS.refresh, {}, { timeoutMs: 20_000 });

  it('boots without it, degraded, and what needs it fails at once', async () => {
    await stack.nats.stop();
    credentials = linkAs(stack.nats, 'credentials');
    accessTokens = linkAs(stack.nats, 'access-tokens');
    const intake = new JetStreamServer(accessTokens, { stream: STREAMS.publications, durable: PUBLICATIONS_DURABLE });
    apps.push(
      await serve([BothSides], intake),
      await serve([BothSides], new CommandServer(credentials, COMMANDS_QUEUE)),
    );
    expect(credentials.check().state).toBe('degraded');
    await expect(publish('too-early')).rejects.toMatchObject({ code: 'nats_unavailable', kind: 'unavailable' });
    await expect(ask()).rejects.toMatchObject({ code: 'nats_unavailable' });
  });

  it('works as soon as it is there', async () => {
    await stack.nats.start();
    await connected();
    expect(credentials.check().state).toBe('up');
    await publish('first');
    await eventually(() => takenIn.includes('first'), { what: 'the publication was taken in' });
    await expect(ask()).resolves.toEqual({ done: true });
  });

  for (const how of ['stop', 'kill'] as const) {
    it(`goes on after a ${how}: publications are pulled again and commands are heard again`, async () => {
      await stack.nats[how]();
      await eventually(() => credentials.check().state === 'degraded', { what: 'it is noticed' });
      await stack.nats.start();
      await connected();
      await publish(`after-${how}`);
      await eventually(() => takenIn.includes(`after-${how}`), { what: 'the publication was taken in' });
      await expect(ask()).resolves.toEqual({ done: true });
    });
  }

  it('does not keep a workspace from closing', async () => {
    await stack.nats.stop();
    await eventually(() => credentials.state === 'disconnected', { what: 'it is noticed' });
    await Promise.all(apps.splice(0).map((app) => app.close()));
    await Promise.all([credentials.close(), accessTokens.close()]);
    expect(credentials.state).toBe('closed');
  });
});
