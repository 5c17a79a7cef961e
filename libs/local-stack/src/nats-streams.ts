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
import { connect, credsAuthenticator, nanos } from '@nats-io/transport-node';
import { DEAD_LETTERS, EVENTS, LIVE_EVENTS, PUBLICATIONS, PUBLICATIONS_DURABLE, STREAMS } from '@lockkeeper/contracts';

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

/**
 * Makes the streams and the durable that access-tokens reads through, or changes them to what this version wants. As often as one likes.
 * @param natsUrl for instance `nats://127.0.0.1:4222`
 * @param provisionerCreds a file; none for a server that asks for nothing
 */
export async function provisionStreams(natsUrl: string, provisionerCreds?: string): Promise<void> {
  const connection = await connect({
    servers: natsUrl,
    name: 'lockkeeper-provisioner',
    timeout: 5000,
    ...(provisionerCreds && {
      authenticator: credsAuthenticator(await readFile(provisionerCreds)),
      inboxPrefix: '_INBOX_provisioner',
    }),
  });
  try {
    // No question about the account's limits first: that is not this user's to ask.
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: 10_000 });
    for (const config of STREAM_CONFIGS) await putStream(manager, config);
    await putPublicationsDurable(manager);
  } finally {
    await connection.drain();
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
