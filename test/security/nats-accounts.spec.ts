import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import jwt from '@nats-io/jwt';
import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { type NatsConnection, jwtAuthenticator } from '@nats-io/transport-node';
import { TemporaryStack } from '@lockkeeper/local-stack';
import { eventually } from '../support/eventually.js';
import { connectAs } from '../support/messaging.js';
import { connectPatiently } from '../support/nats-dial.js';

const EVENT = 'lockkeeper.events.mail.c1.token.rotated';

describe('NATS accounts', () => {
  let stack: TemporaryStack;
  let connections: NatsConnection[];
  let credentials: NatsConnection;
  let accessTokens: NatsConnection;
  let provisioner: NatsConnection;

  beforeAll(async () => {
    stack = await TemporaryStack.start({ postgres: false });
    connections = await Promise.all(
      (['credentials', 'access-tokens', 'provisioner'] as const).map((user) => connectAs(stack.nats, user)),
    );
    [credentials, accessTokens, provisioner] = connections as [NatsConnection, NatsConnection, NatsConnection];
  });

  afterAll(async () => {
    await Promise.all((connections ?? []).map((connection) => connection.close()));
    await stack?.remove();
  });

  /** A consumer's user as access-tokens makes it. */
  async function consumer(name: string, durables: string[]): Promise<NatsConnection> {
    const scope = jwt.fromSeed(await readFile(join(stack.nats.home, 'consumers-scope.nk')));
    const account = jwt.fromPublic(await readFile(join(stack.nats.home, 'consumers.pub'), 'utf8'));
    const user = jwt.createUser();
    const tags = durables.map((durable) => `durable:${durable}`);
    const token = await jwt.encodeUser(name, user, account, { tags } as never, { signer: scope, scopedUser: true });
    const connection = await connectPatiently({
      servers: stack.nats.url,
      inboxPrefix: `_INBOX.${user.getPublicKey()}`,
      authenticator: jwtAuthenticator(token, user.getSeed()),
    });
    connections.push(connection);
    return connection;
  }

  const stored = async (stream: string): Promise<number> =>
    (await (await jetstreamManager(provisioner, { checkAPI: false })).streams.info(stream)).state.messages;
  const publishes = (connection: NatsConnection, subject: string): Promise<unknown> =>
    jetstream(connection, { checkAPI: false }).publish(subject, 'x', { timeout: 20_000 });
  const hears = async (connection: NatsConnection, subject: string): Promise<Error | undefined> => {
    const subscription = connection.subscribe(subject, { callback: () => undefined });
    await connection.flush();
    await connection.flush();
    return subscription.isClosed() ? ((await subscription.closed) as Error) : undefined;
  };

  const mailDurable = {
    name: 'c1_mail',
    durable_name: 'c1_mail',
    filter_subject: 'lockkeeper.events.mail.>',
    ack_policy: 'explicit',
    deliver_policy: 'new',
  } as const;
  const durables = async (): Promise<JetStreamManager['consumers']> => {
    const connection = await connectAs(stack.nats, 'durables');
    connections.push(connection);
    return (await jetstreamManager(connection, { checkAPI: false, timeout: 20_000 })).consumers;
  };
  /** The subject of the next event. */
  const pulls = async (connection: NatsConnection, durable: string): Promise<string | undefined> => {
    const question = `$JS.API.CONSUMER.MSG.NEXT.EVENTS.${durable}`;
    return (await connection.request(question, '{"batch":1}', { timeout: 20_000, noMux: true })).subject;
  };

  describe('what each may do', () => {
    it('credentials publishes publications, access-tokens publishes events and dead letters', async () => {
      await publishes(credentials, 'lockkeeper.publications.c1');
      await publishes(accessTokens, EVENT);
      await publishes(accessTokens, 'lockkeeper.dead-letters.PUBLICATIONS.access-tokens.publications.c1');
      expect([await stored('PUBLICATIONS'), await stored('EVENTS'), await stored('DEAD_LETTERS')]).toEqual([1, 1, 1]);
    });

    it('access-tokens makes durables on EVENTS as its second user, and a consumer pulls from its own', async () => {
      await (await durables()).add('EVENTS', mailDurable);
      const mail = await consumer('mail-reader', ['c1_mail']);
      await publishes(accessTokens, EVENT);
      expect(await pulls(mail, 'c1_mail')).toBe(EVENT);
    });

    it('access-tokens hears events once they are stored', async () => {
      const heard: string[] = [];
      accessTokens.subscribe('live.events.>', { callback: (_error, message) => void heard.push(message.subject) });
      await accessTokens.flush();
      await publishes(accessTokens, EVENT);
      await eventually(() => heard.length === 1, { what: 'the event is heard' });
      expect(heard).toEqual(['live.events.mail.c1.token.rotated']);
    });

    it('people read dead letters as the one user who can', async () => {
      const reader = await connectAs(stack.nats, 'dead-letters');
      connections.push(reader);
      const manager = await jetstreamManager(reader, { checkAPI: false });
      expect((await manager.streams.info('DEAD_LETTERS')).state.messages).toBe(1);
      await expect(manager.streams.info('EVENTS')).rejects.toThrow();
    });
  });

  describe('what none may do', () => {
    it.each([
      ['credentials', EVENT],
      ['credentials', 'live.events.mail.c1.token.rotated'],
      ['credentials', 'lockkeeper.dead-letters.x'],
      ['credentials', 'lockkeeper.commands.refresh'],
      ['access-tokens', 'lockkeeper.publications.c1'],
      ['access-tokens', 'live.events.mail.c1.token.rotated'],
      ['access-tokens', '$JS.API.STREAM.PURGE.PUBLICATIONS'],
      ['access-tokens', '$JS.API.STREAM.MSG.GET.PUBLICATIONS'],
      ['access-tokens', '$JS.API.CONSUMER.CREATE.PUBLICATIONS'],
      ['access-tokens', '$SYS.REQ.CLAIMS.UPDATE'],
    ])('%s cannot publish to %s', async (user, subject) => {
      const connection = user === 'credentials' ? credentials : accessTokens;
      await expect(publishes(connection, subject)).rejects.toThrow(/permissions violation/i);
    });

    it.each([
      ['credentials', 'lockkeeper.events.>'],
      ['credentials', 'live.>'],
      ['credentials', 'lockkeeper.commands.refresh'], // only in its queue group
      ['credentials', '_INBOX_access-tokens.>'],
      ['access-tokens', 'lockkeeper.publications.*'],
      ['access-tokens', 'lockkeeper.commands.>'],
      ['access-tokens', '>'],
      ['access-tokens', '$JS.EVENT.>'],
    ])('%s cannot listen to %s', async (user, subject) => {
      const connection = user === 'credentials' ? credentials : accessTokens;
      expect((await hears(connection, subject))?.message).toMatch(/permissions violation/i);
    });

    it('a consumer cannot listen, publish anything, or pull from another’s durable', async () => {
      const mail = await consumer('nosy', ['c1_mail']);
      for (const subject of ['live.events.mail.>', 'live.>', '>', '_INBOX.>', 'lockkeeper.publications.*']) {
        expect((await hears(mail, subject))?.message).toMatch(/permissions violation/i);
      }
      for (const subject of [
        EVENT,
        'live.events.mail.c1.token.rotated',
        'lockkeeper.commands.refresh',
        '$JS.API.CONSUMER.MSG.NEXT.PUBLICATIONS.access-tokens',
        '$JS.API.CONSUMER.MSG.NEXT.EVENTS.c2_billing',
        '$JS.ACK.EVENTS.c2_billing.1.1.1.1.1',
        '$JS.API.CONSUMER.INFO.EVENTS.c1_mail',
      ]) {
        await expect(publishes(mail, subject)).rejects.toThrow(/permissions violation/i);
      }
    });

    it('a consumer whose user names no durable can do nothing', async () => {
      const nobody = await consumer('nobody', []);
      await expect(publishes(nobody, '$JS.API.CONSUMER.MSG.NEXT.EVENTS.c1_mail')).rejects.toThrow(/permissions viol/i);
      expect((await hears(nobody, 'live.events.mail.>'))?.message).toMatch(/permissions violation/i);
    });

    it('who makes durables of events can do nothing else: not on publications, nor without a filter, nor read a message', async () => {
      const consumers = await durables();
      const refused = /permissions violation/i;
      await expect(consumers.add('PUBLICATIONS', { ...mailDurable, name: 'x', durable_name: 'x' })).rejects.toThrow(
        refused,
      );
      await expect(consumers.add('EVENTS', { durable_name: 'all', ack_policy: 'explicit' })).rejects.toThrow(refused);
      await expect(consumers.delete('PUBLICATIONS', 'access-tokens')).rejects.toThrow(refused);
      const maker = await connectAs(stack.nats, 'durables');
      connections.push(maker);
      for (const subject of [
        '$JS.API.CONSUMER.MSG.NEXT.EVENTS.c1_mail',
        '$JS.API.STREAM.MSG.GET.EVENTS',
        '$JS.API.STREAM.PURGE.EVENTS',
        '$JS.API.STREAM.INFO.PUBLICATIONS',
        EVENT,
        'lockkeeper.publications.c1',
      ]) {
        await expect(publishes(maker, subject)).rejects.toThrow(refused);
      }
      for (const subject of ['lockkeeper.events.>', 'live.>', '>']) {
        expect((await hears(maker, subject))?.message).toMatch(refused);
      }
    });

    it('nobody connects without a user, or with one that another key signed', async () => {
      await expect(connectPatiently({ servers: stack.nats.url, reconnect: false })).rejects.toThrow(/authorization/i);
      const stranger = jwt.createUser();
      const account = jwt.createAccount();
      const token = await jwt.encodeUser('credentials', stranger, account);
      const authenticator = jwtAuthenticator(token, stranger.getSeed());
      await expect(connectPatiently({ servers: stack.nats.url, reconnect: false, authenticator })).rejects.toThrow(
        /authorization/i,
      );
    });

    it('a reply subject leads nowhere: a pulled publication and an acknowledgement cannot be sent to somebody else', async () => {
      const heard: string[] = [];
      accessTokens.subscribe('live.events.billing.>', {
        callback: (_error, message) => void heard.push(message.subject),
      });
      const commands: string[] = [];
      credentials.subscribe('lockkeeper.commands.>', {
        queue: 'credentials',
        callback: (_error, message) => void commands.push(message.subject),
      });
      await Promise.all([accessTokens.flush(), credentials.flush()]);
      const events = await stored('EVENTS');
      const foreign = ['live.events.billing.forged', 'lockkeeper.events.billing.c1.token.rotated'];
      // access-tokens itself is who hears live events: what it sends there is told to nobody but itself.
      for (const reply of ['lockkeeper.events.billing.c1.token.rotated', 'lockkeeper.commands.refresh']) {
        accessTokens.publish('$JS.API.CONSUMER.MSG.NEXT.PUBLICATIONS.access-tokens', '1', { reply });
      }
      // An acknowledgement sent to `lockkeeper.commands.refresh` stays in its asker's own account: credentials would fool itself alone.
      for (const reply of foreign) credentials.publish('lockkeeper.publications.c9', 'x', { reply });
      const reader = await consumer('forger', ['c1_mail']);
      for (const reply of foreign) reader.publish('$JS.API.CONSUMER.MSG.NEXT.EVENTS.c1_mail', '1', { reply });
      await reader.flush();
      await Promise.all([accessTokens.flush(), credentials.flush()]);
      await publishes(accessTokens, 'lockkeeper.events.billing.c1.token.rotated'); // the end marker: what came before it has been dealt with
      await eventually(() => heard.length > 0, { what: 'the genuine event is heard' });
      expect(heard).toEqual(['live.events.billing.c1.token.rotated']);
      expect(await stored('EVENTS')).toBe(events + 1);
      expect(commands).toEqual([]);
    });
  });

  it('keeps every key and creds file from other users of the machine', async () => {
    const files = [
      'credentials.creds',
      'access-tokens.creds',
      'provisioner.creds',
      'consumers-scope.nk',
      'offline/keys.json',
    ];
    const modes = await Promise.all(files.map(async (file) => (await stat(join(stack.nats.home, file))).mode & 0o777));
    expect(modes).toEqual(files.map(() => 0o600));
  });

  it('gives the server nothing secret', async () => {
    const given = await Promise.all(
      ['nats.conf', 'operator.jwt', 'preload.conf'].map((file) =>
        readFile(join(stack.nats.home, 'server', file), 'utf8'),
      ),
    );
    expect(given.join('\n')).not.toMatch(/\bS[OAU][A-Z2-7]{55,}/);
  });
});
