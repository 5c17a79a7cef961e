import 'reflect-metadata';
import fastifyCookie from '@fastify/cookie';
import { Logger } from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { COMMANDS_QUEUE } from '@lockkeeper/contracts';
import { preparedDatabase } from '@lockkeeper/database';
import { createHttpApp, failBoot } from '@lockkeeper/doors';
import { CommandServer, NatsLink } from '@lockkeeper/messaging';
import { armFailPoint, JsonLogger } from '@lockkeeper/observability';
import type { FastifyInstance } from 'fastify';
import { AppModule } from './app.module.js';
import { LostAnswers } from './authorization/lost-answers.js';
import { NAMING } from './naming.js';
import { consoleFolder, environment } from './config/environment.js';
import { readSettings } from './config/settings.js';
import { readWorkspaceKeys } from './config/workspace-keys.js';
import { dataSourceOptions, SEALED_COLUMNS } from './migrations/data-source.js';

const BODY_LIMIT_BYTES = 1024 * 1024;

async function start(): Promise<void> {
  const settings = readSettings(environment());
  const logger = new JsonLogger('credentials', settings.LOG_LEVEL);
  Logger.overrideLogger(logger);
  if (settings.LOCKKEEPER_FAIL_POINT !== undefined) {
    armFailPoint(settings.LOCKKEEPER_FAIL_POINT);
    logger.fatal({ event: 'fail_point_armed', failPoint: settings.LOCKKEEPER_FAIL_POINT }, 'main');
  }
  const keys = await readWorkspaceKeys(settings);
  const dataSource = await preparedDatabase({
    dataSource: dataSourceOptions(settings),
    ownerUrl: settings.CREDENTIALS_DATABASE_OWNER_URL,
    keys: { keyRing: keys.keyRing, setting: 'CREDENTIALS_KEY_RING_FILE', sealedColumns: SEALED_COLUMNS },
  });
  const credsFile = settings.CREDENTIALS_NATS_CREDS_FILE ?? null;
  const link = new NatsLink({ url: settings.NATS_URL, user: 'credentials', credsFile });
  const app = await createHttpApp(AppModule.on({ settings, keys, dataSource, link }), {
    ...NAMING,
    logger,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    trustedProxies: settings.CREDENTIALS_TRUSTED_PROXIES,
    console: consoleFolder(),
  });
  app.get(LostAnswers).attendTo(app.getHttpAdapter().getInstance() as unknown as FastifyInstance);
  await app.register(fastifyCookie);
  app.connectMicroservice<MicroserviceOptions>({ strategy: new CommandServer(link, COMMANDS_QUEUE) });
  await app.startAllMicroservices();
  await app.listen(settings.CREDENTIALS_PORT, settings.CREDENTIALS_HOST);
  logger.log({ event: 'listening', host: settings.CREDENTIALS_HOST, port: settings.CREDENTIALS_PORT }, 'main');
}

start().catch(failBoot);
