import { randomUUID } from 'node:crypto';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import {
  COMMANDS,
  COMMANDS_QUEUE,
  type ApiServicePublication,
  type NoticeCommand,
  type Publication,
  type RefreshCommand,
  type RefreshReply,
  apiServiceMessageId,
  publicationMessageId,
  publicationSubject,
} from '@lockkeeper/contracts';
import type { InstallationSecrets, NatsServer } from '@lockkeeper/local-stack';
import { type JwkSet, PublicationSealer } from '@lockkeeper/sealing';
import { connectAs } from './messaging.js';

const HOUR_MS = 3_600_000;

/** A publication of a living token, an hour long, with a token that no other publication has. */
export function publicationOf(changes: Partial<Publication> = {}): Publication {
  const { version = 1, cause = version === 1 ? 'authorized' : 'rotated', connectionId = randomUUID() } = changes;
  return {
    connectionId,
    apiService: 'sandbox',
    user: `user-${connectionId}`,
    status: 'active',
    version,
    revision: version,
    cause,
    token: tokenOf(),
    use: { baseUrls: ['https://api.example.com'], header: 'Authorization', scheme: 'Bearer', query: null, headers: {} },
    reason: null,
    occurredAt: new Date().toISOString(),
    ...changes,
  };
}

export const tokenOf = (lifetimeMs: number | null = HOUR_MS): NonNullable<Publication['token']> => ({
  accessToken: `canary-${randomUUID()}`,
  tokenType: 'Bearer',
  scope: 'api:read offline_access',
  expiresAt: lifetimeMs === null ? null : new Date(Date.now() + lifetimeMs).toISOString(),
});

/** A publication of an API service whose client is refused. */
export const clientFaultOf = (changes: Partial<ApiServicePublication> = {}): ApiServicePublication => ({
  apiServiceId: randomUUID(),
  apiService: 'sandbox',
  status: 'client_fault',
  revision: 1,
  reason: 'The provider refuses our client.',
  occurredAt: new Date().toISOString(),
  ...changes,
});

type Answer<C> = (command: C) => object | Promise<object>;

/**
 * What access-tokens sees of credentials, and nothing more: its publications, sealed with the real keys and sent with its own NATS user,
 * and its answers to commands. Absent until told how to answer.
 */
export class CredentialsStandIn {
  readonly refreshes: RefreshCommand[] = [];
  readonly notices: NoticeCommand[] = [];
  private subscriptions: Subscription[] = [];

  private constructor(
    readonly connection: NatsConnection,
    private readonly sealer: PublicationSealer,
  ) {}

  static async start(nats: NatsServer, secrets: InstallationSecrets): Promise<CredentialsStandIn> {
    const [signing, recipients] = await Promise.all([
      secrets.read('credentialsSigningKeys'),
      secrets.read('accessTokensPublicKeys'),
    ]);
    const sealer = await PublicationSealer.fromJwkSets(JSON.parse(signing) as JwkSet, JSON.parse(recipients) as JwkSet);
    return new CredentialsStandIn(await connectAs(nats, 'credentials'), sealer);
  }

  seal(publication: Publication): Promise<string> {
    return this.sealer.seal(publication);
  }

  async publish(publication: Publication): Promise<void> {
    await this.send(publication.connectionId, await this.seal(publication), publicationMessageId(publication));
  }

  sealApiService(publication: ApiServicePublication): Promise<string> {
    return this.sealer.sealApiService(publication);
  }

  async publishApiService(publication: ApiServicePublication): Promise<void> {
    const sealed = await this.sealApiService(publication);
    await this.send(publication.apiServiceId, sealed, apiServiceMessageId(publication));
  }

  /** Anything at all, to anywhere in the stream. */
  async send(connectionId: string, payload: string, msgID: string = randomUUID()): Promise<void> {
    await jetstream(this.connection, { checkAPI: false }).publish(publicationSubject(connectionId), payload, { msgID });
  }

  /** From now on commands are answered. Recorded whatever the answer is. */
  async attend(refresh: Answer<RefreshCommand>, notice: Answer<NoticeCommand> = () => ({})): Promise<void> {
    this.leave();
    this.refreshes.length = 0;
    this.notices.length = 0;
    this.subscriptions = [
      this.listen(COMMANDS.refresh, this.refreshes, refresh),
      this.listen(COMMANDS.notice, this.notices, notice),
    ];
    await this.connection.flush();
  }

  /** Nobody answers commands any more. */
  leave(): void {
    for (const subscription of this.subscriptions.splice(0)) subscription.unsubscribe();
  }

  async stop(): Promise<void> {
    await this.connection.close();
  }

  private listen<C>(subject: string, seen: C[], answer: Answer<C>): Subscription {
    return this.connection.subscribe(subject, {
      queue: COMMANDS_QUEUE,
      callback: (_error, message) => {
        const command = message.json<C>();
        seen.push(command);
        void Promise.resolve(answer(command)).then((reply) => message.respond(JSON.stringify(reply)));
      },
    });
  }
}

export const replyOf = (command: RefreshCommand, changes: Partial<RefreshReply> = {}): RefreshReply => ({
  outcome: 'rotated',
  connectionId: command.connectionId,
  status: 'active',
  version: command.supersedes + 1,
  hint: null,
  retryAfterSeconds: null,
  ...changes,
});
