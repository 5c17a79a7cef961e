import type { RequestListener } from 'node:http';
import type { DynamicModule, INestApplication, LoggerService, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { type RequestContext, newRequestContext, runInContext } from '@lockkeeper/observability';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { installBodyReaders } from './bodies.js';
import {
  CONNECTION_BOUNDS,
  type ConnectionBounds,
  endConnectionsOnClose,
  FASTIFY_OPTIONS,
} from './connection-bounds.js';
import { installConsole } from './console-pages.js';
import { type Early, FrontDoor, sourceAddressBehind } from './front-door.js';
import { inputPipe } from './input.js';
import { toProblem } from './problem.js';
import { ProblemFilter, sendProblem } from './problem.filter.js';
import { type RequestTeller, tellRequest } from './request-sums.js';
import { installSecurityHeaders } from './security-headers.js';

declare module 'fastify' {
  interface FastifyRequest {
    lockkeeper: RequestContext;
  }
}

export type DoorLogger = LoggerService & RequestTeller;

/** What a workspace's OpenAPI document says about the whole of it. */
export interface DocumentNaming {
  title: string;
  description: string;
  version: string;
}

export interface HttpAppOptions extends DocumentNaming {
  logger: DoorLogger;
  /** Largest request body, in bytes. */
  bodyLimitBytes: number;
  /** Addresses or CIDRs of proxies in front, whose X-Forwarded-For is believed. Nobody's, if there are none. */
  trustedProxies: readonly string[];
  /** Where they differ from the usual ones. */
  bounds?: Partial<ConnectionBounds>;
  /** The folder of its console, as Vite built it; without it, there is none. */
  console?: string;
  /** What answers before Fastify is reached, if anything does. */
  early?: (app: NestFastifyApplication) => Early;
}

/** A workspace's HTTP side: everything that all doors have in common. */
export async function createHttpApp(
  module: Type | DynamicModule,
  options: HttpAppOptions,
): Promise<NestFastifyApplication> {
  const bounds = { ...CONNECTION_BOUNDS, ...options.bounds };
  const front = new FrontDoor(options.logger, sourceAddressBehind(options.trustedProxies), bounds);
  const adapter = new FastifyAdapter({
    bodyLimit: options.bodyLimitBytes,
    // HEAD must not reach a GET that has an effect: link previews send it, and an authorization link works once.
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 2048 },
    ...FASTIFY_OPTIONS,
    serverFactory: (handler: RequestListener) => front.server(handler),
    ...(options.trustedProxies.length > 0 && { trustProxy: [...options.trustedProxies] }),
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
  attachRequestContext(fastify, front, options.logger);
  installSecurityHeaders(app);
  endConnectionsOnClose(fastify, bounds);
  describeDoors(app, options);
  if (options.console) await installConsole(fastify, options.console, options.logger);
  if (options.early) front.opensWith(options.early(app), fastify);
  return app;
}

/** Request ids in and out, one log line and one measurement per answer. */
function attachRequestContext(fastify: FastifyInstance, front: FrontDoor, logger: DoorLogger): void {
  fastify.decorateRequest('lockkeeper', null as unknown as RequestContext);
  fastify.addHook('onRequest', (request, reply, done) => {
    const requestId = header(request, 'x-request-id');
    const fresh = () => newRequestContext({ requestId, actor: 'anonymous', sourceAddress: request.ip });
    request.lockkeeper = front.failureOf(request.raw)?.context ?? fresh();
    void reply.header('x-request-id', request.lockkeeper.requestId);
    runInContext(request.lockkeeper, done);
  });
  // Reading a body leaves the asynchronous context in which the request began.
  fastify.addHook('preValidation', (request, _reply, done) => runInContext(request.lockkeeper, done));
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const labels = { method: request.method, route, status: String(reply.statusCode) };
    const failed = front.failureOf(request.raw);
    const milliseconds = failed === undefined ? reply.elapsedTime : performance.now() - failed.beganAt;
    tellRequest(labels, { context: request.lockkeeper, milliseconds, logger });
    done();
  });
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function describeDoors(app: INestApplication, options: HttpAppOptions): void {
  SwaggerModule.setup('docs', app, () => documentOf(app, options), { jsonDocumentUrl: 'docs-json' });
}

/** The OpenAPI document of a workspace that isn't started: from its decorators alone, nothing is connected to and nothing is made. */
export async function describeApp(module: DynamicModule, naming: DocumentNaming): Promise<OpenAPIObject> {
  const app = await NestFactory.create(module, new FastifyAdapter(), { preview: true, logger: false });
  return documentOf(app, naming);
}

function documentOf(app: INestApplication, options: DocumentNaming): OpenAPIObject {
  const document = new DocumentBuilder()
    .setTitle(options.title)
    .setDescription(options.description)
    .setVersion(options.version)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A key of this workspace.' })
    .build();
  return SwaggerModule.createDocument(app, document);
}
