import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type LockkeeperEvent, eventSubject } from '@lockkeeper/contracts';
import { jetstream } from '@nats-io/jetstream';
import { type ApiClient, succeeded } from '../support/api-client.js';
import { rowsOf } from '../support/database-copy.js';
import { eventually } from '../support/eventually.js';
import { connectAs } from '../support/messaging.js';
import { seedConnections } from '../support/seeded-connections.js';
import { StockNatsReader } from '../support/stock-nats-reader.js';
import { System } from '../support/workspaces.js';
import type { Bench, BenchRun } from './bench-run.js';
import { INSTANT, instantProvider, registerInstant } from './instant-service.js';
import { type Measurement, measured, quantile } from './measurement.js';
import { momentNow } from './moment.js';

const PER_SECOND = 50;
const SECONDS = 20;
const COUNT = PER_SECOND * SECONDS;
/** Not counted: what runs for the first time. */
const WARM_UP = PER_SECOND * 2;
const LEAD_SECONDS = 5;
const REFERENCE = 'JetStream alone, publish to deliver';

interface Latencies {
  /** Milliseconds from the provider's answer until the event is here and the new token was read. */
  ours: number[];
  /** Milliseconds from a publish to the delivery, into the same stream, by the same durable. */
  reference: number[];
}

/** How long a rotation takes from the provider's answer to a consumer that has the new token in its hands. */
export const events: Bench = {
  about: `from a provider's answer to the event received and the new token read, at ${PER_SECOND} rotations a second`,
  async run(run) {
    const providerUrl = await instantProvider(run);
    const system = await run.uses(System.start({ ownPostgres: true }), (one) => one.stop());
    await registerInstant(system, providerUrl);
    const { key } = succeeded(
      await system.tokensAdmin.post<{ key: string }>('/v1/consumers', {
        name: 'bench',
        entitlements: [{ apiService: INSTANT }],
      }),
    );
    const consumer = system.tokensAdmin.with(key);
    const reader = new StockNatsReader(consumer);
    const latencies = await measuring(run, system, { consumer, reader });
    return [0.5, 0.99].map((share) => comparison(share, latencies));
  },
};

const comparison = (share: number, { ours, reference }: Latencies): Measurement => {
  const metric = `ms to event and token, p${share * 100}, at ${PER_SECOND}/s`;
  const pair = {
    ours: quantile(ours.slice(WARM_UP), share),
    reference: quantile(reference.slice(WARM_UP), share),
  };
  return measured({ bench: 'events', metric, reference: REFERENCE }, [pair]);
};

interface Listening {
  consumer: ApiClient;
  reader: StockNatsReader;
}

async function measuring(run: BenchRun, system: System, { consumer, reader }: Listening): Promise<Latencies> {
  const latencies: Latencies = { ours: [], reference: [] };
  const failures: unknown[] = [];
  const sentAt = new Map<string, number>();
  const users = new Map<string, string>();
  reader.onEvent = (event) => {
    const sent = sentAt.get(event.subject);
    if (sent !== undefined) return void latencies.reference.push((momentNow() - sent) / 1000);
    readNew(consumer, users.get(event.subject)!, event).then(
      (milliseconds) => latencies.ours.push(milliseconds),
      (error: unknown) => failures.push(error),
    );
  };
  await reader.renew();
  await run.uses(reader.come(), () => reader.leave());
  for (const [id, user] of await seeded(system)) users.set(id, user);
  run.say(`${COUNT} rotations within ${SECONDS} s`);
  await publishBare(run, system, { reader, sentAt });
  const all = () => latencies.ours.length + failures.length >= COUNT && latencies.reference.length >= COUNT;
  await eventually(() => Promise.resolve(all()), { what: 'every event was received', deadlineMs: 60_000 });
  if (failures.length > 0) throw failures[0];
  return latencies;
}

/** Due one after the other, so many a second. @returns their users by their ids */
async function seeded({ databases, secrets }: System): Promise<[string, string][]> {
  const databaseUrl = databases.credentialsDatabaseOwnerUrl!;
  await seedConnections({
    databaseUrl,
    secrets,
    apiService: INSTANT,
    count: COUNT,
    refreshIn: (index) => LEAD_SECONDS + index / PER_SECOND,
    refreshToken: (index) => `refresh-${index}`,
  });
  const rows = await rowsOf<{ id: string; user: string }>(databaseUrl, 'SELECT id, user_id AS "user" FROM connections');
  return rows.map(({ id, user }) => [id, user]);
}

/** @returns milliseconds since the provider's answer, which the token itself tells @throws if the token isn't the event's version or a later one */
async function readNew(consumer: ApiClient, user: string, { data }: LockkeeperEvent): Promise<number> {
  const answer = await consumer.get<{ accessToken: string; version: number }>(`/v1/tokens/${INSTANT}/${user}`);
  const { accessToken, version } = succeeded(answer);
  if (version < data.version!) throw new Error(`version ${data.version} was told of, and ${version} is read`);
  return (momentNow() - Number(accessToken.split('.', 1)[0])) / 1000;
}

interface Bare {
  reader: StockNatsReader;
  sentAt: Map<string, number>;
}

/** As many events as there are rotations, at the same time and of the same size, written to the stream by hand. */
async function publishBare(run: BenchRun, { stack }: System, { reader, sentAt }: Bare): Promise<void> {
  const nats = await run.uses(connectAs(stack.nats, 'access-tokens'), (one) => one.close());
  const stream = jetstream(nats, { checkAPI: false });
  const like = await eventually(() => Promise.resolve(reader.heard[0]), { what: 'the first rotation is heard of' });
  const beganAt = performance.now();
  const acknowledged: Promise<unknown>[] = [];
  for (let index = 0; index < COUNT; index += 1) {
    await delay(Math.max(0, beganAt + (index * 1000) / PER_SECOND - performance.now()));
    const id = randomUUID();
    sentAt.set(id, momentNow());
    const event = JSON.stringify({ ...like, id, subject: id });
    acknowledged.push(stream.publish(eventSubject(INSTANT, id, like!.type), event));
  }
  await Promise.all(acknowledged);
}
