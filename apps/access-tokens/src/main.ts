import 'reflect-metadata';
import { type INestApplicationContext, Logger } from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { QUERIES_QUEUE } from '@lockkeeper/contracts';
import { preparedDatabase } from '@lockkeeper/database';
import { type Early, createHttpApp, failBoot } from '@lockkeeper/doors';
import { CommandServer, JetStreamServer, NatsLink } from '@lockkeeper/messaging';
import { armFailPoint, JsonLogger } from '@lockkeeper/observability';
import { HotReads } from './access-tokens/hot-reads.js';
import { AppModule } from './app.module.js';
import { NAMING } from './naming.js';
import { HotCalls } from './proxy/hot-calls.js';
import { consoleFolder, environment } from './config/environment.js';
import { readSettings } from './config/settings.js';
import { readWorkspaceKeys } from './config/workspace-keys.js';
import { SEALED_COLUMNS, dataSourceOptions } from './migrations/data-source.js';

const BODY_LIMIT_BYTES = 256 * 1024;

function early(app: INestApplicationContext): Early {
  const [reads, calls] = [app.get(HotReads), app.get(HotCalls)];
  return {
    answer: (request, sourceAddress) => reads.answer(request, sourceAddress),
    take: (request, sourceAddress) => calls.take(request, sourceAddress),
  };
}

async function start(): Promise<void> {
  const settings = readSettings(environment());
  const logger = new JsonLogger('access-tokens', settings.LOG_LEVEL);
  Logger.overrideLogger(logger);
  if (settings.LOCKKEEPER_FAIL_POINT !== undefined) {
    armFailPoint(settings.LOCKKEEPER_FAIL_POINT);
    logger.fatal({ event: 'fail_point_armed', failPoint: settings.LOCKKEEPER_FAIL_POINT }, 'main');
  }
  const keys = await readWorkspaceKeys(settings);
  const dataSource = await preparedDatabase({
    dataSource: dataSourceOptions(settings),
    ownerUrl: settings.ACCESS_TOKENS_DATABASE_OWNER_URL,
    keys: { keyRing: keys.keyRing, setting: 'ACCESS_TOKENS_KEY_RING_FILE', sealedColumns: SEALED_COLUMNS },
  });
  const credsFile = settings.ACCESS_TOKENS_NATS_CREDS_FILE ?? null;
  const link = new NatsLink({ url: settings.NATS_URL, user: 'access-tokens', credsFile });
  const app = await createHttpApp(AppModule.on({ settings, keys, dataSource, link }), {
    ...NAMING,
    logger,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    trustedProxies: settings.ACCESS_TOKENS_TRUSTED_PROXIES,
    console: consoleFolder(),
    early,
  });
  app.connectMicroservice<MicroserviceOptions>({ strategy: app.get(JetStreamServer) });
  app.connectMicroservice<MicroserviceOptions>({ strategy: new CommandServer(link, QUERIES_QUEUE) });
  await app.startAllMicroservices();
  await app.listen(settings.ACCESS_TOKENS_PORT, settings.ACCESS_TOKENS_HOST);
  logger.log({ event: 'listening', host: settings.ACCESS_TOKENS_HOST, port: settings.ACCESS_TOKENS_PORT }, 'main');
}

start().catch(failBoot);
