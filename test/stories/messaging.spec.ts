import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, type INestMicroservice, UseFilters } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import {
  COMMANDS,
  COMMANDS_QUEUE,
  PUBLICATIONS,
  PUBLICATIONS_DURABLE,
  publicationSubject,
  STREAMS,
} from '@lockkeeper/contracts';
import { LockkeeperError } from '@lockkeeper/doors';
import { TemporaryStack } from '@lockkeeper/local-stack';
import {
  CommandClient,
  CommandContext,
  CommandServer,
  JetStreamContext,
  JetStreamPublisher,
  JetStreamServer,
  type NatsLink,
  PassThroughRpcFilter,
  PoisonMessageError,
} from '@lockkeeper/messaging';
import { currentRequestId } from '@lockkeeper/observability';
import { eventually } from '../support/eventually.js';
import { connectAs, linkAs, serve } from '../support/messaging.js';

const seen: { subject: string; payload: string; delivery: number; requestId: string | null }[] = [];
const seenOf = (payload: string): typeof seen => seen.filter((message) => message.payload === payload);
const gates = new Map<string, Promise<void>>();

@Controller()
@UseFilters(PassThroughRpcFilter)
class Intake {
  @EventPattern<string>(PUBLICATIONS, JetStreamServer.ID)
  async take(@Payload() payload: string, @Ctx() context: JetStreamContext): Promise<void> {
    seen.push({ subject: context.subject, payload, delivery: context.deliveryCount, requestId: currentRequestId() });
    await gates.get(payload);
    if (payload === 'flaky' && context.deliveryCount < 3) throw new Error('try again');
    if (payload === 'poison') throw new PoisonMessageError('cannot be opened');
    if (payload === 'leaky') throw new TypeError('quoting lkc_secret');
  }
}

class NotNow extends LockkeeperError {}

@Controller()
@UseFilters(PassThroughRpcFilter)
class Commands {
  @MessagePattern<string>(COMMANDS.refresh, CommandServer.ID)
  refresh(@Payload() command: { connectionId: string }, @Ctx() context: CommandContext): object | Promise<object> {
    if (command.connectionId === 'refused') {
      throw new NotNow({
        kind: 'conflict',
        code: 'not_now',
        title: 'Not now',
        detail: 'Later.',
        hint: 'Wait.',
        retryAfterSeconds: 7,
      });
    }
    if (command.connectionId === 'broken') throw new TypeError('quoting lkc_secret');
    if (command.connectionId === 'endless') return new Promise<object>(() => undefined);
    return { connectionId: command.connectionId, requestId: currentRequestId(), remainingMs: context.remainingMs };
  }
}

describe('messages between the workspaces', () => {
  let stack: TemporaryStack;
  let credentials: NatsLink;
  let accessTokens: NatsLink;
  let apps: INestMicroservice[];
  let reader: NatsConnection;
  let manager: JetStreamManager;
  let publisher: JetStreamPublisher;
  let commands: CommandClient;
  const options = { stream: STREAMS.publications, durable: PUBLICATIONS_DURABLE, backoffMs: () => 50 };

  beforeAll(async () => {
    stack = await TemporaryStack.start({ postgres: false });
    credentials = linkAs(stack.nats, 'credentials');
    accessTokens = linkAs(stack.nats, 'access-tokens');
    apps = [
      await serve([Intake], new JetStreamServer(accessTokens, { ...options, maxAttempts: 4 })),
      await serve([Commands], new CommandServer(credentials, COMMANDS_QUEUE)),
    ];
    await eventually(() => credentials.state === 'connected' && accessTokens.state === 'connected', {
      what: 'both are connected',
    });
    publisher = new JetStreamPublisher(credentials);
    commands = new CommandClient(accessTokens);
    reader = await connectAs(stack.nats, 'provisioner');
    manager = await jetstreamManager(reader, { checkAPI: false });
  });

  afterAll(async () => {
    await Promise.all((apps ?? []).map((app) => app.close()));
    await Promise.all([credentials?.close(), accessTokens?.close(), reader?.close()]);
    await stack?.remove();
  });

  const publish = (connectionId: string, payload: string): Promise<{ streamSequence: number; duplicate: boolean }> =>
    publisher.publish(publicationSubject(connectionId), payload, { messageId: `${connectionId}:${payload}` });
  const unacknowledged = async (): Promise<number> =>
    (await manager.consumers.info(STREAMS.publications, PUBLICATIONS_DURABLE)).num_ack_pending;
  const settled = { what: 'every publication is acknowledged' };
  const deadLetter = async (connectionId: string) => {
    const last_by_subj = `lockkeeper.dead-letters.PUBLICATIONS.access-tokens.publications.${connectionId}`;
    return manager.streams.getMessage('DEAD_LETTERS', { last_by_subj });
  };

  describe('publications', () => {
    it('reach their handler as text and are acknowledged once it is done', async () => {
      await publish('a', 'a-token');
      await eventually(() => seenOf('a-token').length === 1, { what: 'the handler saw it' });
      await eventually(async () => (await unacknowledged()) === 0, settled);
    });

    it('are recognised by their message id when they are published again', async () => {
      const first = await publish('twice', 'same');
      const second = await publish('twice', 'same');
      expect([first.duplicate, second.duplicate]).toEqual([false, true]);
      expect(second.streamSequence).toBe(first.streamSequence);
    });

    it('are tried again until their handler succeeds', async () => {
      await publish('b', 'flaky');
      await eventually(() => seenOf('flaky').some((message) => message.delivery === 3), { what: 'the third try' });
      await eventually(async () => (await unacknowledged()) === 0, settled);
      expect(await deadLetter('b')).toBeNull();
    });

    it('become dead letters at once when they are poison, with the reason and where they came from', async () => {
      await publish('c', 'poison');
      const letter = await eventually(() => deadLetter('c'), { what: 'the dead letter is kept' });
      expect(letter.string()).toBe('poison');
      expect(letter.header.get('Lockkeeper-Reason')).toBe('cannot be opened');
      expect(letter.header.get('Lockkeeper-Subject')).toBe(publicationSubject('c'));
      expect(seenOf('poison')).toHaveLength(1);
      await eventually(async () => (await unacknowledged()) === 0, settled);
    });

    it('that a handler fails on for good are given up after so many tries, and the reason quotes nothing', async () => {
      await publish('d', 'leaky');
      const letter = await eventually(() => deadLetter('d'), { what: 'the dead letter is kept' });
      expect(letter.header.get('Lockkeeper-Reason')).toBe('TypeError');
      expect(seenOf('leaky')).toHaveLength(4);
    });

    it('refuse to be stored on top of another message than the expected one', async () => {
      const { streamSequence } = await publish('e', 'first');
      const subject = publicationSubject('e');
      await expect(
        publisher.publish(subject, 'x', { messageId: 'e:x', expectLastSubjectSequence: streamSequence + 1 }),
      ).rejects.toMatchObject({
        code: 'wrong_last_sequence',
      });
      await publisher.publish(subject, 'y', { messageId: 'e:y', expectLastSubjectSequence: streamSequence });
      await publisher.publish(publicationSubject('f'), 'z', { messageId: 'f:z', expectLastSubjectSequence: 0 });
    });

    it('are recognised as duplicates before their place in line is looked at', async () => {
      const options = { messageId: 'g:1', expectLastSubjectSequence: 0 };
      const first = await publisher.publish(publicationSubject('g'), '1', options);
      const again = await publisher.publish(publicationSubject('g'), '1', options);
      expect(again).toEqual({ streamSequence: first.streamSequence, duplicate: true });
    });

    it('to a subject that no stream takes, or that is not ours, are refused', async () => {
      await expect(
        publisher.publish('lockkeeper.events.x.y.z', '{}', { messageId: 'no', timeoutMs: 2000 }),
      ).rejects.toMatchObject({
        code: 'publish_refused',
      });
    });
  });

  describe('commands', () => {
    it('are answered, under the request id of whoever asks', async () => {
      const reply = await commands.request<{ requestId: string; remainingMs: number }>(
        COMMANDS.refresh,
        { connectionId: 'c1' },
        { timeoutMs: 20_000, requestId: 'req-1' },
      );
      expect(reply).toMatchObject({ connectionId: 'c1', requestId: 'req-1' });
      expect(reply.remainingMs).toBeLessThanOrEqual(20_000);
    });

    it('are refused with the same code, kind and hint on both sides', async () => {
      await expect(
        commands.request(COMMANDS.refresh, { connectionId: 'refused' }, { timeoutMs: 20_000 }),
      ).rejects.toMatchObject({
        name: 'CommandRefused',
        kind: 'conflict',
        code: 'not_now',
        detail: 'Later.',
        hint: 'Wait.',
        retryAfterSeconds: 7,
      });
    });

    it('that break something tell nothing of it', async () => {
      const failure = await commands
        .request(COMMANDS.refresh, { connectionId: 'broken' }, { timeoutMs: 20_000 })
        .catch((error: LockkeeperError) => error);
      expect(failure).toMatchObject({ kind: 'internal', code: 'internal_error' });
      expect(JSON.stringify(failure)).not.toContain('lkc_secret');
    });

    it('end at the deadline of whoever asks', async () => {
      await expect(
        commands.request(COMMANDS.refresh, { connectionId: 'endless' }, { timeoutMs: 700 }),
      ).rejects.toMatchObject({
        kind: 'deadline',
        code: 'command_deadline',
      });
    });

    it('that nobody serves fail by the deadline, because nats-server 2.9 does not say across accounts that nobody listens', async () => {
      const failure = await commands
        .request(COMMANDS.notice, {}, { timeoutMs: 500 })
        .catch((error: LockkeeperError) => error);
      expect(['command_unanswered', 'command_deadline']).toContain((failure as LockkeeperError).code);
    });

    it('that are not JSON are refused as malformed', async () => {
      const raw = await connectAs(stack.nats, 'access-tokens');
      const reply = await raw.request(COMMANDS.refresh, '{{{', { timeout: 20_000 });
      expect(reply.json()).toMatchObject({ error: { code: 'command_malformed', kind: 'invalid' } });
      await raw.close();
    });
  });

  it('closing lets a running handler finish and acknowledges its message', async () => {
    let finish!: () => void;
    gates.set('slow', new Promise((resolve) => (finish = resolve)));
    await publish('slow', 'slow');
    await eventually(() => seenOf('slow').length === 1, { what: 'the handler runs' });
    const closed = apps.shift()!.close();
    finish();
    await closed;
    await accessTokens.close();
    await eventually(async () => (await unacknowledged()) === 0, settled);
    expect(seenOf('slow')).toHaveLength(1);
  });
});
