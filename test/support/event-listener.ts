import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import jwt from '@nats-io/jwt';
import { type NatsConnection, connect, jwtAuthenticator } from '@nats-io/transport-node';
import type { LockkeeperEvent } from '@lockkeeper/contracts';
import { eventually } from './eventually.js';

const LIFETIME_SECONDS = 900;

export interface EventListenerOptions {
  natsUrl: string;
  /** Holds `consumers-scope.nk` and `consumers.pub`. */
  accountsDirectory: string;
  apiService: string;
}

/** A consumer that hears live events of one API service, with a short-lived NATS user of the CONSUMERS account. */
export class EventListener {
  readonly heard: LockkeeperEvent[] = [];

  private constructor(private readonly connection: NatsConnection) {}

  static async start({ natsUrl, accountsDirectory, apiService }: EventListenerOptions): Promise<EventListener> {
    const scope = jwt.fromSeed(await readFile(join(accountsDirectory, 'consumers-scope.nk')));
    const account = jwt.fromPublic((await readFile(join(accountsDirectory, 'consumers.pub'), 'utf8')).trim());
    const user = jwt.createUser();
    const token = await jwt.encodeUser(
      'listener',
      user,
      account,
      { tags: [`svc:${apiService}`] },
      { signer: scope, scopedUser: true, exp: Math.floor(Date.now() / 1000) + LIFETIME_SECONDS },
    );
    const connection = await connect({
      servers: natsUrl,
      inboxPrefix: `_INBOX.${user.getPublicKey()}`,
      maxReconnectAttempts: -1,
      authenticator: jwtAuthenticator(token, user.getSeed()),
    });
    const listener = new EventListener(connection);
    void listener.listen(`live.events.${apiService}.>`);
    await connection.flush();
    return listener;
  }

  /** The first event that fits, heard already or to come. */
  hears(
    type: LockkeeperEvent['type'],
    fits: (event: LockkeeperEvent) => boolean = () => true,
    deadlineMs?: number,
  ): Promise<LockkeeperEvent> {
    const find = (): LockkeeperEvent => {
      const found = this.heard.find((event) => event.type === type && fits(event));
      if (!found) throw new Error(`heard were ${this.heard.map((event) => event.type).join(', ') || 'none at all'}`);
      return found;
    };
    return eventually(find, { what: `${type} is heard`, ...(deadlineMs !== undefined && { deadlineMs }) });
  }

  async stop(): Promise<void> {
    await this.connection.close();
  }

  private async listen(subject: string): Promise<void> {
    for await (const message of this.connection.subscribe(subject)) {
      this.heard.push(JSON.parse(message.string()) as LockkeeperEvent);
    }
  }
}
