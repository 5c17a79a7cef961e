import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { preparedDatabase } from '@lockkeeper/database';
import { createHttpApp, failBoot } from '@lockkeeper/doors';
import { JetStreamServer, NatsLink } from '@lockkeeper/messaging';
import { JsonLogger } from '@lockkeeper/observability';
import { AppModule } from './app.module.js';
import { environment } from './config/environment.js';
import { readSettings } from './config/settings.js';
import { readWorkspaceKeys } from './config/workspace-keys.js';
import { SEALED_COLUMNS, dataSourceOptions } from './migrations/data-source.js';

const BODY_LIMIT_BYTES = 256 * 1024;

const DESCRIPTION = `Hands out access tokens that credentials publishes to it. It holds neither client secrets nor refresh tokens,
and can't reach any. Admins say which consumers may use which connections; only consumers read tokens.`;

async function start(): Promise<void> {
  const settings = readSettings(environment());
  const logger = new JsonLogger('access-tokens', settings.LOG_LEVEL);
  Logger.overrideLogger(logger);
  const keys = await readWorkspaceKeys(settings);
  const dataSource = await preparedDatabase(dataSourceOptions(settings), {
    keyRing: keys.keyRing,
    setting: 'ACCESS_TOKENS_KEY_RING_FILE',
    sealedColumns: SEALED_COLUMNS,
  });
  const credsFile = settings.ACCESS_TOKENS_NATS_CREDS_FILE ?? null;
  const link = new NatsLink({ url: settings.NATS_URL, user: 'access-tokens', credsFile });
  const app = await createHttpApp(AppModule.on({ settings, keys, dataSource, link }), {
    title: 'Lockkeeper access-tokens',
    description: DESCRIPTION,
    version: '0.1.0',
    logger,
    bodyLimitBytes: BODY_LIMIT_BYTES,
  });
  app.connectMicroservice<MicroserviceOptions>({ strategy: app.get(JetStreamServer) });
  await app.startAllMicroservices();
  await app.listen(settings.ACCESS_TOKENS_PORT, settings.ACCESS_TOKENS_HOST);
  logger.log({ event: 'listening', host: settings.ACCESS_TOKENS_HOST, port: settings.ACCESS_TOKENS_PORT }, 'main');
}

start().catch(failBoot);
