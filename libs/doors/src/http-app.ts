import type { DynamicModule, INestApplication, LoggerService, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { httpRequestSeconds, newRequestContext, runInContext, type RequestContext } from '@lockkeeper/observability';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { installBodyReaders } from './bodies.js';
import { inputPipe } from './input.js';
import { toProblem } from './problem.js';
import { ProblemFilter, sendProblem } from './problem.filter.js';

declare module 'fastify' {
  interface FastifyRequest {
    lockkeeper: RequestContext;
  }
}

export interface HttpAppOptions {
  title: string;
  description: string;
  version: string;
  logger: LoggerService;
  /** Largest request body, in bytes. */
  bodyLimitBytes: number;
}

/** A workspace's HTTP side: everything that all doors have in common. */
export async function createHttpApp(
  module: Type | DynamicModule,
  options: HttpAppOptions,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: options.bodyLimitBytes,
    // HEAD must not reach a GET that has an effect: link previews send it, and an authorization link works once.
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 2048 },
    requestTimeout: 120_000,
    // A URL that can't be decoded fails before any route, and so before the filter.
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(reply, toProblem(error, null)),
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: options.logger,
    bodyParser: false,
  });
  app.useGlobalPipes(inputPipe());
  app.useGlobalFilters(new ProblemFilter());
  app.enableShutdownHooks();
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  installBodyReaders(fastify, options.bodyLimitBytes);
  attachRequestContext(fastify, options.logger);
  endConnectionsOnClose(fastify);
  describeDoors(app, options);
  return app;
}

/** Request ids in and out, one log line and one measurement per answer: the route's template, never the URL, which may hold a ticket. */
function attachRequestContext(fastify: FastifyInstance, logger: LoggerService): void {
  fastify.decorateRequest('lockkeeper', null as unknown as RequestContext);
  fastify.addHook('onRequest', (request, reply, done) => {
    const requestId = header(request, 'x-request-id');
    request.lockkeeper = newRequestContext({ requestId, actor: 'anonymous', sourceAddress: request.ip });
    void reply.header('x-request-id', request.lockkeeper.requestId);
    void reply.header('x-content-type-options', 'nosniff');
    runInContext(request.lockkeeper, done);
  });
  // Reading a body leaves the asynchronous context in which the request began.
  fastify.addHook('preValidation', (request, _reply, done) => runInContext(request.lockkeeper, done));
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const labels = { method: request.method, route, status: String(reply.statusCode) };
    httpRequestSeconds.observe(labels, reply.elapsedTime / 1000);
    runInContext(request.lockkeeper, () =>
      logger.log({ event: 'request', ...labels, durationMs: Math.round(reply.elapsedTime) }, 'doors'),
    );
    done();
  });
}

/** A request that was under way when the server began to close would leave its connection open, and the close waiting for that, for a minute. */
function endConnectionsOnClose(fastify: FastifyInstance): void {
  let closing = false;
  fastify.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  fastify.addHook('onSend', async (_request, reply) => {
    if (closing) void reply.header('connection', 'close');
  });
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function describeDoors(app: INestApplication, options: HttpAppOptions): void {
  const document = new DocumentBuilder()
    .setTitle(options.title)
    .setDescription(options.description)
    .setVersion(options.version)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A key of this workspace.' })
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, document), { jsonDocumentUrl: 'docs-json' });
}
