import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import type { LockkeeperEvent } from '@lockkeeper/contracts';
import { credsAuthenticator } from '@lockkeeper/local-stack';
import { eventually } from './eventually.js';
import { connectPatiently } from './nats-dial.js';

export interface EventListenerOptions {
  natsUrl: string;
  /** Holds `access-tokens.creds`. */
  accountsDirectory: string;
  apiService: string;
}

/** Hears the events of one API service as soon as the stream has them: as access-tokens does, the only one that may. */
export class EventListener {
  readonly heard: LockkeeperEvent[] = [];

  private constructor(private readonly connection: NatsConnection) {}

  static async start({ natsUrl, accountsDirectory, apiService }: EventListenerOptions): Promise<EventListener> {
    const connection = await connectPatiently({
      servers: natsUrl.split(','),
      inboxPrefix: '_INBOX_access-tokens',
      authenticator: credsAuthenticator(await readFile(join(accountsDirectory, 'access-tokens.creds'), 'utf8')),
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
  ): Promise<LockkeeperEvent> {
    const find = (): LockkeeperEvent => {
      const found = this.heard.find((event) => event.type === type && fits(event));
      if (!found) throw new Error(`heard were ${this.heard.map((event) => event.type).join(', ') || 'none at all'}`);
      return found;
    };
    return eventually(find, { what: `${type} is heard` });
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
