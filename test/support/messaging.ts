import { type INestMicroservice, Logger, type LoggerService, type Type } from '@nestjs/common';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { type NatsCluster, type NatsServer, type UserName, credsAuthenticator } from '@lockkeeper/local-stack';
import { NatsLink } from '@lockkeeper/messaging';
import type { NatsConnection } from '@nats-io/transport-node';
import { readFile } from 'node:fs/promises';
import { connectPatiently } from './nats-dial.js';

/** A workspace's own link, with its own NATS user. */
export const linkAs = (nats: NatsServer, user: 'credentials' | 'access-tokens'): NatsLink =>
  new NatsLink({ url: nats.url, user, credsFile: nats.credsFile(user) });

/** A bare connection as one of the installation's users, to look at things or to try what isn't allowed. */
export async function connectAs(nats: NatsServer | NatsCluster, user: UserName): Promise<NatsConnection> {
  const authenticator = credsAuthenticator(await readFile(nats.credsFile(user), 'utf8'));
  return connectPatiently({
    servers: nats.url.split(','),
    authenticator,
    inboxPrefix: `_INBOX_${user}`,
  });
}

/** These tests provoke failures on purpose; what is logged of them is looked at where it matters. */
const SILENT: LoggerService = { log: () => undefined, error: () => undefined, warn: () => undefined };

export const silenceLogs = (): void => Logger.overrideLogger(SILENT);

/** Controllers served by a transport, listening. */
export async function serve(controllers: Type[], strategy: CustomTransportStrategy): Promise<INestMicroservice> {
  const module = await Test.createTestingModule({ controllers }).setLogger(SILENT).compile();
  const app = module.createNestMicroservice({ strategy });
  await app.listen();
  return app;
}
