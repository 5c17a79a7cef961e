import type { IncomingMessage } from 'node:http';
import { parse as parseForm } from 'node:querystring';
import type { CustomDecorator } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { type FastifyInstance, type FastifyRequest, errorCodes } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body of this door is handed over as the stream that it comes in, whatever its type and size. */
    streamedBody?: boolean;
  }
}

/** For a door that passes bodies on: the handler reads `request.body`, a stream, and bounds it itself. */
export const StreamedBody = (): CustomDecorator => RouteConfig({ streamedBody: true }) as CustomDecorator;

type Done = (error: Error | null, body?: unknown) => void;

/** JSON and forms, within the limit, for every door but those that take a stream. */
export function installBodyReaders(fastify: FastifyInstance, limitBytes: number): void {
  const readJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (request, payload, done) => {
    if (request.routeOptions.config.streamedBody) return done(null, payload);
    const type = mediaTypeOf(request);
    const read: Record<string, (text: string, done: Done) => void> = {
      'application/json': (text, told) => void readJson(request, text, told),
      'application/x-www-form-urlencoded': (text, told) => told(null, parseForm(text)),
    };
    const reader = read[type];
    if (!reader) return done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(type));
    wholeText(payload, limitBytes).then((text) => reader(text, done), done);
  });
}

const mediaTypeOf = ({ headers }: FastifyRequest): string =>
  (headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();

/** Stops reading at the limit without destroying the stream: with it would go the connection, and the answer that says why. */
async function wholeText(payload: IncomingMessage, limitBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of payload.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > limitBytes) throw new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
