import { readFile } from 'node:fs/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { credsAuthenticator } from '@lockkeeper/local-stack';
import { connectPatiently } from './nats-dial.js';

interface NatsPlace {
  url: string;
  credsFile(user: 'provisioner'): string;
}

/** The last message that a stream holds under a subject, read by whoever may read all streams; undefined if there is none. */
export async function lastStored(nats: NatsPlace, stream: string, subject: string): Promise<string | undefined> {
  const connection = await connectPatiently({
    servers: nats.url,
    authenticator: credsAuthenticator(await readFile(nats.credsFile('provisioner'), 'utf8')),
    inboxPrefix: '_INBOX_provisioner',
  });
  try {
    const manager = await jetstreamManager(connection, { checkAPI: false });
    const stored = await manager.streams.getMessage(stream, { last_by_subj: subject });
    return stored?.string();
  } finally {
    await connection.drain();
  }
}
