import { type ConsumerMessages, jetstream } from '@nats-io/jetstream';
import { type KeyPair, createUser } from '@nats-io/nkeys';
import { type NatsConnection, jwtAuthenticator } from '@nats-io/transport-node';
import type { LockkeeperEvent } from '@lockkeeper/contracts';
import { type ApiClient, succeeded } from './api-client.js';
import { eventually } from './eventually.js';
import { connectPatiently } from './nats-dial.js';

export interface NatsCredentials {
  url: string;
  publicKey: string;
  jwt: string;
  creds: string | null;
  expiresAt: string;
  inboxPrefix: string;
  stream: string;
  durables: { name: string; apiService: string }[];
  leftOut: { apiService: string; user: string | null }[];
}

/** A consumer that knows nothing of Lockkeeper but what the door answers: the stock NATS client, and an nkey that it drew itself. */
export class StockNatsReader {
  readonly heard: LockkeeperEvent[] = [];
  /** For who wants to know of each at once. */
  onEvent: (event: LockkeeperEvent) => void = () => undefined;
  credentials!: NatsCredentials;
  private readonly key: KeyPair = createUser();
  private connection: NatsConnection | null = null;
  private readonly pulls: ConsumerMessages[] = [];

  constructor(private readonly client: ApiClient) {}

  /** Asks for its user, or for a newer one; a connection that is there takes it when it connects anew. */
  async renew(): Promise<NatsCredentials> {
    const publicKey = this.key.getPublicKey();
    const answer = await this.client.post<NatsCredentials>('/v1/consumers/me/nats-credentials', { publicKey });
    return (this.credentials = succeeded(answer));
  }

  /** @param durables those of its user, unless told otherwise */
  async come(durables = this.credentials.durables.map(({ name }) => name)): Promise<void> {
    this.connection = await this.connected();
    await Promise.all(durables.map((durable) => this.pull(durable)));
  }

  connected(): Promise<NatsConnection> {
    const { url, inboxPrefix } = this.credentials;
    return connectPatiently({
      servers: url,
      inboxPrefix,
      authenticator: jwtAuthenticator(() => this.credentials.jwt, this.key.getSeed()),
    });
  }

  /** Connects anew, with the newest JWT. */
  async reconnect(): Promise<void> {
    await this.connection?.reconnect();
  }

  async leave(): Promise<void> {
    await Promise.all(this.pulls.splice(0).map((messages) => messages.close()));
    await this.connection?.drain();
    this.connection = null;
  }

  async hears(subject: string, version: number): Promise<LockkeeperEvent> {
    return eventually(() => this.heard.find((event) => event.subject === subject && event.data.version === version), {
      what: `version ${version} is heard of`,
    });
  }

  private async pull(name: string): Promise<void> {
    const { stream } = this.credentials;
    const { consumers } = jetstream(this.connection!, { checkAPI: false });
    const info = { stream_name: stream, name, config: { durable_name: name } };
    const consumer = consumers.getConsumerFromInfo(info as Parameters<typeof consumers.getConsumerFromInfo>[0]);
    const messages = await consumer.consume({ max_messages: 10, expires: 5000, bind: true });
    this.pulls.push(messages);
    void this.take(messages);
  }

  private async take(messages: ConsumerMessages): Promise<void> {
    for await (const message of messages) {
      const event = message.json<LockkeeperEvent>();
      this.heard.push(event);
      this.onEvent(event);
      message.ack();
    }
  }
}
