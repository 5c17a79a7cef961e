import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import jwt from '@nats-io/jwt';
import { type NatsConnection, jwtAuthenticator } from '@nats-io/transport-node';
import { TemporaryStack } from '@lockkeeper/local-stack';
import { connectAs } from '../support/messaging.js';
import { connectPatiently } from '../support/nats-dial.js';

const STREAMS = ['PUBLICATIONS', 'EVENTS', 'DEAD_LETTERS', 'AUDIT'];
const DURABLES = ['access-tokens', 'c1_mail', 'c2_billing'];
const WHO = ['credentials', 'access-tokens', 'durables', 'dead-letters', 'provisioner', 'consumer'] as const;
type Who = (typeof WHO)[number];

/** Every subject that this installation has, and every question that JetStream answers, about every stream and durable. */
const SUBJECTS: string[] = [
  'lockkeeper.publications.c1',
  'lockkeeper.events.mail.c1.token.rotated',
  'lockkeeper.events.billing.c1.scope_reduced',
  'live.events.mail.c1.token.rotated',
  'lockkeeper.dead-letters.PUBLICATIONS.access-tokens.x',
  'lockkeeper.audit.credentials',
  'lockkeeper.audit.access-tokens',
  ...['refresh', 'notice', 'exposure', 'anything'].map((verb) => `lockkeeper.commands.${verb}`),
  ...['exposures', 'anything'].map((query) => `lockkeeper.queries.${query}`),
  'lockkeeper.anything',
  '$JS.API.INFO',
  '$JS.API.STREAM.NAMES',
  '$JS.API.STREAM.LIST',
  '$JS.API.ACCOUNT.PURGE.X',
  '$JS.API.SERVER.REMOVE',
  '$JS.API.META.LEADER.STEPDOWN',
  ...STREAMS.flatMap((stream) => [
    ...['CREATE', 'UPDATE', 'INFO', 'DELETE', 'PURGE', 'SNAPSHOT', 'RESTORE', 'LEADER.STEPDOWN', 'PEER.REMOVE'].map(
      (verb) => `$JS.API.STREAM.${verb}.${stream}`,
    ),
    `$JS.API.STREAM.MSG.GET.${stream}`,
    `$JS.API.STREAM.MSG.DELETE.${stream}`,
    `$JS.API.DIRECT.GET.${stream}`,
    `$JS.API.DIRECT.GET.${stream}.lockkeeper.publications.c1`,
    `$JS.API.CONSUMER.NAMES.${stream}`,
    `$JS.API.CONSUMER.LIST.${stream}`,
    `$JS.API.CONSUMER.CREATE.${stream}`,
    ...DURABLES.flatMap((durable) => [
      `$JS.API.CONSUMER.CREATE.${stream}.${durable}`,
      `$JS.API.CONSUMER.CREATE.${stream}.${durable}.lockkeeper.events.mail.>`,
      `$JS.API.CONSUMER.CREATE.${stream}.${durable}.lockkeeper.publications.>`,
      `$JS.API.CONSUMER.DURABLE.CREATE.${stream}.${durable}`,
      `$JS.API.CONSUMER.INFO.${stream}.${durable}`,
      `$JS.API.CONSUMER.DELETE.${stream}.${durable}`,
      `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
      `$JS.ACK.${stream}.${durable}.1.1.1.1.1`,
    ]),
  ]),
  '$JS.FC.X',
  '$JS.EVENT.ADVISORY.X',
  '$SYS.REQ.CLAIMS.UPDATE',
  '$SYS.REQ.CLAIMS.DELETE',
  '$SYS.REQ.SERVER.PING',
  '$SYS.ACCOUNT.X.CONNECT',
  ...['credentials', 'access-tokens', 'durables', 'dead-letters', 'provisioner'].map((user) => `_INBOX_${user}.1`),
  '_INBOX.1.1',
];

/** What may be listened to, besides: with wildcards, as somebody would who wants to hear more than is theirs. */
const PATTERNS = ['>', '*.>', 'lockkeeper.>', 'live.>', '_INBOX.>', '$JS.>', '$SYS.>', '_R_.>'];

/** All that anybody may send. What is not written here is refused to everybody. */
const MAY_PUBLISH: Record<Exclude<Who, 'provisioner'>, string[]> = {
  credentials: [
    'lockkeeper.publications.c1',
    'lockkeeper.audit.credentials',
    'lockkeeper.queries.exposures',
    'lockkeeper.queries.anything',
  ],
  'access-tokens': [
    'lockkeeper.events.mail.c1.token.rotated',
    'lockkeeper.events.billing.c1.scope_reduced',
    'lockkeeper.dead-letters.PUBLICATIONS.access-tokens.x',
    'lockkeeper.audit.access-tokens',
    ...['refresh', 'notice', 'exposure', 'anything'].map((verb) => `lockkeeper.commands.${verb}`),
    '$JS.API.CONSUMER.MSG.NEXT.PUBLICATIONS.access-tokens',
    '$JS.ACK.PUBLICATIONS.access-tokens.1.1.1.1.1',
    '$JS.API.DIRECT.GET.PUBLICATIONS',
    '$JS.API.DIRECT.GET.EVENTS',
  ],
  durables: [
    '$JS.API.STREAM.INFO.EVENTS',
    ...DURABLES.flatMap((durable) => [
      `$JS.API.CONSUMER.CREATE.EVENTS.${durable}.lockkeeper.events.mail.>`,
      `$JS.API.CONSUMER.INFO.EVENTS.${durable}`,
      `$JS.API.CONSUMER.DELETE.EVENTS.${durable}`,
    ]),
  ],
  'dead-letters': ['INFO', 'MSG.GET', 'MSG.DELETE'].map((verb) => `$JS.API.STREAM.${verb}.DEAD_LETTERS`),
  consumer: ['$JS.API.CONSUMER.MSG.NEXT.EVENTS.c1_mail', '$JS.ACK.EVENTS.c1_mail.1.1.1.1.1'],
};

/** All that anybody may listen to, besides its own inbox; `subject queue` only in that queue group. */
const MAY_HEAR: Record<Who, string[]> = {
  credentials: ['refresh', 'notice', 'exposure', 'anything'].map((verb) => `lockkeeper.commands.${verb} credentials`),
  'access-tokens': [
    'live.events.mail.c1.token.rotated',
    ...['exposures', 'anything'].map((query) => `lockkeeper.queries.${query} access-tokens`),
  ],
  durables: [],
  'dead-letters': [],
  provisioner: [],
  consumer: [],
};

/** Every subject by every user: what the server lets through is the list above, and nothing else. */
describe('Every NATS user at every subject', () => {
  let stack: TemporaryStack;
  const connections = new Map<Who, NatsConnection>();

  beforeAll(async () => {
    stack = await TemporaryStack.start({ postgres: false });
    for (const who of WHO) connections.set(who, await (who === 'consumer' ? consumer() : connectAs(stack.nats, who)));
  });
  afterAll(async () => {
    await Promise.all([...connections.values()].map((connection) => connection.close()));
    await stack?.remove();
  });

  async function consumer(): Promise<NatsConnection> {
    const scope = jwt.fromSeed(await readFile(join(stack.nats.home, 'consumers-scope.nk')));
    const account = jwt.fromPublic(await readFile(join(stack.nats.home, 'consumers.pub'), 'utf8'));
    const user = jwt.createUser();
    const claims = { tags: ['durable:c1_mail'] } as never;
    const token = await jwt.encodeUser('walker', user, account, claims, { signer: scope, scopedUser: true });
    return connectPatiently({
      servers: stack.nats.url,
      inboxPrefix: `_INBOX.${user.getPublicKey()}`,
      authenticator: jwtAuthenticator(token, user.getSeed()),
    });
  }

  /** What the server refuses it says by and by; after two round trips it has said all of it. */
  async function refusedTo(
    who: Who,
    tryAll: (connection: NatsConnection) => Promise<void> | void,
  ): Promise<Set<string>> {
    const connection = connections.get(who)!;
    const refused = new Set<string>();
    const statuses = connection.status();
    const listening = (async () => {
      for await (const status of statuses) {
        if (status.type === 'error') refused.add(String(/"([^"]+)"/.exec(status.error.message)?.[1]));
      }
    })();
    await tryAll(connection);
    await connection.flush();
    await connection.flush();
    (statuses as AsyncIterable<unknown> & { stop?: () => void }).stop?.();
    void listening;
    return refused;
  }

  it.each(WHO.filter((who) => who !== 'provisioner'))('%s may send what it needs to, and nothing else', async (who) => {
    const refused = await refusedTo(who, (connection) => {
      for (const subject of SUBJECTS) connection.publish(subject, '');
    });
    const allowed = SUBJECTS.filter((subject) => !refused.has(subject));
    expect(allowed.sort()).toEqual([...MAY_PUBLISH[who as keyof typeof MAY_PUBLISH]].sort());
  });

  it('the provisioner may ask JetStream anything, and publish nothing', async () => {
    // What it asks is nonsense on purpose: nothing is made or deleted by it.
    const harmless = SUBJECTS.filter((subject) => !/DELETE|PURGE|STEPDOWN|REMOVE|RESTORE/.test(subject));
    const refused = await refusedTo('provisioner', (connection) => {
      for (const subject of harmless) connection.publish(subject, 'nonsense');
    });
    expect(harmless.filter((subject) => !refused.has(subject) && !subject.startsWith('$JS.API.'))).toEqual([]);
  });

  it.each(WHO)('%s may listen to what it needs to, and nothing else', async (who) => {
    const heard: string[] = [];
    const connection = connections.get(who)!;
    const subscriptions = [...SUBJECTS, ...PATTERNS].flatMap((subject) =>
      [undefined, 'credentials', 'access-tokens'].map((queue) => {
        const subscription = connection.subscribe(subject, { ...(queue && { queue }), callback: () => undefined });
        return { name: queue ? `${subject} ${queue}` : subject, subject, queue, subscription };
      }),
    );
    await connection.flush();
    await connection.flush();
    for (const { name, subscription } of subscriptions) {
      if (subscription.isClosed()) continue;
      heard.push(name);
      subscription.unsubscribe();
    }
    const own = (name: string): boolean => name.startsWith(`_INBOX_${who}.`);
    const inQueueOfOwn = (name: string): boolean => MAY_HEAR[who].includes(name.split(' ')[0]!);
    expect(heard.filter((name) => !own(name) && !inQueueOfOwn(name)).sort()).toEqual(
      MAY_HEAR[who].filter((name) => name.includes(' ')).sort(),
    );
    expect(MAY_HEAR[who].filter((name) => !heard.includes(name))).toEqual([]);
  });

  it('was asked about no fewer subjects than there are', () => {
    expect(SUBJECTS.length).toBeGreaterThan(180);
    expect(new Set(SUBJECTS).size).toBe(SUBJECTS.length);
  });
});
