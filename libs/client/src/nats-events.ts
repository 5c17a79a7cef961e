import { cancellable } from './cancellable.js';
import type { Door } from './door.js';
import { NatsPackagesMissing, NatsUnreachable } from './errors.js';
import type { HeardEvent, LockkeeperEvent } from './event-types.js';
import type { EventOptions } from './types.js';

type Transport = typeof import('@nats-io/transport-node');
type NatsConnection = import('@nats-io/transport-node').NatsConnection;
type ConnectionOptions = import('@nats-io/transport-node').ConnectionOptions;

interface NatsCredentials {
  url: string;
  jwt: string;
  expiresAt: string;
  inboxPrefix: string;
  stream: string;
  durables: { name: string; apiService: string }[];
}

/** Of its life, after which the user is renewed. */
const RENEW_AFTER = 0.5;
const RENEW_AGAIN_MS = 10_000;
const LEAST_MS = 1000;
/** To be connected: a server that is busy, or far away, takes its time. */
const CONNECT_MS = 60_000;

/**
 * Events from this consumer's own durables: what happened while the program was away is told first. An event is acknowledged when the next
 * one is asked for; one that was not is told again. The NATS user is renewed long before it ends; its nkey never leaves this process.
 */
export async function* listenOverNats(door: Door, options: EventOptions): AsyncGenerator<HeardEvent, void, undefined> {
  const { signal, apiService, type } = options;
  const { transport, jetstream, nkeys } = await packages();
  const key = nkeys.createUser();
  const renewal = await Renewal.start(door, key.getPublicKey(), signal);
  const { url, inboxPrefix, stream } = renewal.credentials;
  const authenticator = transport.jwtAuthenticator(() => renewal.credentials.jwt, key.getSeed());
  const connecting = connected(transport, url, { inboxPrefix, authenticator });
  const queue = new PullQueue(stream);
  const end = (): void => {
    queue.end(null);
    // Also one that comes about too late.
    void connecting.then((late) => late.close()).catch(() => undefined);
  };
  signal?.addEventListener('abort', end, { once: true });
  let connection: NatsConnection | undefined;
  try {
    connection = await cancellable(connecting, signal);
    const client = jetstream.jetstream(connection, { checkAPI: false });
    void connection.closed().then((cause) => queue.end(cause ? new NatsUnreachable(url, cause) : null));
    await queue.pull(client, wantedOf(renewal.credentials, apiService));
    renewal.onRenewed = async (credentials) => {
      const added = wantedOf(credentials, apiService).filter((name) => !queue.pulls(name));
      if (added.length === 0) return;
      // The connection may what its user could when it was made.
      await connection!.reconnect();
      await queue.pull(client, added);
    };
    for (let message = await queue.next(); message; message = await queue.next()) {
      const event = message.json() as LockkeeperEvent;
      const fits = (!apiService || event.data.apiService === apiService) && (!type || event.type === type);
      if (fits) yield { ...event, lastEventId: null };
      message.ack();
    }
  } finally {
    signal?.removeEventListener('abort', end);
    renewal.stop();
    if (connection) await connection.close();
    else end();
  }
}

/** Names of the durables that have what was asked for. */
const wantedOf = ({ durables }: NatsCredentials, apiService: string | undefined): string[] =>
  durables.filter((durable) => !apiService || ['*', apiService].includes(durable.apiService)).map(({ name }) => name);

/** A connection that comes back for as long as it takes, also where its user ended while Lockkeeper was away. @throws NatsUnreachable */
async function connected(transport: Transport, servers: string, options: ConnectionOptions): Promise<NatsConnection> {
  try {
    return await transport.connect({
      servers,
      ...options,
      maxReconnectAttempts: -1,
      ignoreAuthErrorAbort: true,
      timeout: CONNECT_MS,
    });
  } catch (cause) {
    throw new NatsUnreachable(servers, cause);
  }
}

async function packages() {
  try {
    const [transport, jetstream, nkeys] = await Promise.all([
      import('@nats-io/transport-node'),
      import('@nats-io/jetstream'),
      import('@nats-io/nkeys'),
    ]);
    return { transport, jetstream, nkeys };
  } catch (error) {
    throw new NatsPackagesMissing(error);
  }
}

/** Keeps a NATS user alive: connections that the server ends with the old one come back with the new one. */
class Renewal {
  /** What may be heard of can have changed. */
  onRenewed: (credentials: NatsCredentials) => Promise<void> = () => Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  private constructor(
    private readonly door: Door,
    private readonly publicKey: string,
    public credentials: NatsCredentials,
  ) {}

  static async start(door: Door, publicKey: string, signal: AbortSignal | undefined): Promise<Renewal> {
    const renewal = new Renewal(door, publicKey, await issued(door, publicKey, signal));
    renewal.plan();
    return renewal;
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private plan(): void {
    const left = Date.parse(this.credentials.expiresAt) - Date.now();
    this.again(Math.max(LEAST_MS, left * RENEW_AFTER));
  }

  private again(inMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.renew(), inMs);
    this.timer.unref();
  }

  private async renew(): Promise<void> {
    try {
      this.credentials = await issued(this.door, this.publicKey);
      if (!this.stopped) await this.onRenewed(this.credentials);
      this.plan();
    } catch {
      this.again(RENEW_AGAIN_MS); // half of its life is left for that
    }
  }
}

const issued = (door: Door, publicKey: string, signal?: AbortSignal): Promise<NatsCredentials> =>
  door.json('/v1/consumers/me/nats-credentials', { method: 'POST', body: { publicKey }, signal });

interface Message {
  json(): unknown;
  ack(): void;
}

type JetStream = import('@nats-io/jetstream').JetStreamClient;

/** Several durables, one after the other as their messages come. */
class PullQueue {
  private readonly pulled = new Set<string>();
  private readonly waiting: Message[] = [];
  private wake: (() => void) | null = null;
  private ended: { because: NatsUnreachable | null } | null = null;

  constructor(private readonly stream: string) {}

  pulls(name: string): boolean {
    return this.pulled.has(name);
  }

  async pull(from: JetStream, names: string[]): Promise<void> {
    await Promise.all(names.map((name) => this.begin(from, name)));
  }

  end(because: NatsUnreachable | null): void {
    this.ended = { because };
    this.wake?.();
  }

  /** Null once it has ended. @throws NatsUnreachable where nobody wanted that */
  async next(): Promise<Message | null> {
    while (this.waiting.length === 0 && !this.ended) await new Promise<void>((resolve) => (this.wake = resolve));
    if (this.ended?.because) throw this.ended.because;
    return this.ended ? null : this.waiting.shift()!;
  }

  private async begin({ consumers }: JetStream, name: string): Promise<void> {
    // The user may not ask for the durable's description; what it takes to pull from it is known.
    const info = { stream_name: this.stream, name, config: { durable_name: name } };
    const consumer = consumers.getConsumerFromInfo(info as Parameters<typeof consumers.getConsumerFromInfo>[0]);
    const messages = await consumer.consume({ max_messages: 10, expires: 5000, bind: true });
    this.pulled.add(name);
    // One that was taken away ends, or fails where the right to it went first; should it come back, it is pulled from anew.
    const gone = (): void => void this.pulled.delete(name);
    void this.take(messages).then(gone, gone);
  }

  private async take(messages: AsyncIterable<Message>): Promise<void> {
    for await (const message of messages) {
      this.waiting.push(message);
      this.wake?.();
    }
  }
}
