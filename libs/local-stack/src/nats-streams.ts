import { readFile } from 'node:fs/promises';
import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  type JetStreamManager,
  JetStreamApiError,
  type StreamConfig,
  StorageType,
  jetstreamManager,
} from '@nats-io/jetstream';
import { type ConnectionOptions, type NatsConnection, connect, nanos } from '@nats-io/transport-node';
import {
  AUDIT_HEADS,
  DEAD_LETTERS,
  EVENTS,
  LIVE_EVENTS,
  PUBLICATIONS,
  PUBLICATIONS_DURABLE,
  STREAMS,
} from '@lockkeeper/contracts';
import { credsAuthenticator } from './creds-authenticator.js';

const DIAL_MS = 5000;
const DIALS = 6;
const ASK_MS = 1000;
const ASKS = 30;

/** nats-server's own code; the client's list leaves it out. */
const STREAM_NAME_IN_USE = 10058;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

type Stream = Partial<StreamConfig> & { name: string };

const STREAM_CONFIGS: Stream[] = [
  {
    name: STREAMS.publications,
    description: 'The newest publication of each connection: an empty access-tokens database fills itself from it',
    subjects: [PUBLICATIONS],
    storage: StorageType.File,
    max_msgs_per_subject: 1,
    allow_direct: true,
    duplicate_window: nanos(10 * MINUTE_MS),
  },
  {
    name: STREAMS.events,
    description: 'What consumers hear of; republished live once it is stored',
    subjects: [EVENTS],
    storage: StorageType.File,
    max_age: nanos(30 * DAY_MS),
    allow_direct: true,
    duplicate_window: nanos(10 * MINUTE_MS),
    republish: { src: EVENTS, dest: LIVE_EVENTS },
  },
  {
    name: STREAMS.audit,
    description: 'Signed ends of the audit logs, so that nobody can rewrite a log unnoticed; only ever added to',
    subjects: [AUDIT_HEADS],
    storage: StorageType.File,
    deny_delete: true,
    deny_purge: true,
    duplicate_window: nanos(10 * MINUTE_MS),
  },
  {
    name: 'DEAD_LETTERS',
    description: 'Publications that access-tokens could not open or accept, for people to look at',
    subjects: [DEAD_LETTERS],
    storage: StorageType.File,
    max_age: nanos(30 * DAY_MS),
    max_msgs: 10_000,
    discard: DiscardPolicy.Old,
    duplicate_window: nanos(10 * MINUTE_MS),
  },
];

export interface StreamOptions {
  /** On how many servers of a cluster each message is kept before it is acknowledged: 1, 3 or 5. With 3, any one may be lost. */
  replicas?: number;
}

/**
 * Makes the streams and the durable that access-tokens reads through, or changes them to what this version wants. As often as one likes.
 * @param natsUrl for instance `nats://127.0.0.1:4222`; a cluster's servers separated by commas
 * @param provisionerCreds a file; none for a server that asks for nothing
 */
export async function provisionStreams(
  natsUrl: string,
  provisionerCreds?: string,
  { replicas = 1 }: StreamOptions = {},
): Promise<void> {
  const connection = await dialled({
    servers: natsUrl.split(','),
    name: 'lockkeeper-provisioner',
    timeout: DIAL_MS,
    ...(provisionerCreds && {
      authenticator: credsAuthenticator(await readFile(provisionerCreds, 'utf8')),
      inboxPrefix: '_INBOX_provisioner',
    }),
  });
  try {
    await untilItAnswers(connection);
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: 20_000 });
    for (const config of STREAM_CONFIGS) await putStream(manager, { ...config, num_replicas: replicas });
    await putPublicationsDurable(manager);
  } finally {
    await connection.drain();
  }
}

/**
 * What is asked of a cluster before it has elected a leader is never answered: a small question is asked again and again, before one that is
 * waited for longer. Any word will do, a refusal too.
 */
async function untilItAnswers(connection: NatsConnection): Promise<void> {
  const manager = await jetstreamManager(connection, { checkAPI: false, timeout: ASK_MS });
  for (let ask = 1; ask <= ASKS; ask += 1) {
    try {
      await manager.getAccountInfo();
      return;
    } catch (error) {
      if ((error as Error).name !== 'TimeoutError') return;
    }
  }
}

async function putStream(manager: JetStreamManager, config: Stream): Promise<void> {
  try {
    await manager.streams.add(config);
  } catch (error) {
    const exists = error instanceof JetStreamApiError && error.code === STREAM_NAME_IN_USE;
    if (!exists) throw error;
    await manager.streams.update(config.name, config);
  }
}

/** max_deliver -1: what is given up is for the reader to decide, who dead-letters it first. */
async function putPublicationsDurable(manager: JetStreamManager): Promise<void> {
  await manager.consumers.add(STREAMS.publications, {
    durable_name: PUBLICATIONS_DURABLE,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(10_000),
    max_deliver: -1,
    deliver_policy: DeliverPolicy.All,
    max_ack_pending: 1000,
  });
}

/** nats-server drops whoever is slow to say who it is, as anybody on a busy machine may be: the client hears of it, or waits for its time-out. */
async function dialled(options: ConnectionOptions): Promise<NatsConnection> {
  for (let dial = 1; ; dial += 1) {
    try {
      return await connect(options);
    } catch (error) {
      if (!wasTooSlow(error as Error) || dial === DIALS) throw error;
    }
  }
}

const wasTooSlow = ({ name, message }: Error): boolean =>
  name === 'TimeoutError' || /authentication timeout/i.test(message);
