import type { IncomingMessage } from 'node:http';
import { parse as parseForm } from 'node:querystring';
import type { CustomDecorator } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { type FastifyInstance, type FastifyRequest, errorCodes } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body of this door is handed over as the stream that it comes in, whatever its type and size. */
    streamedBody?: boolean;
    /** In place of the limit that all other doors have. */
    bodyLimitBytes?: number;
  }
}

/** For a door that passes bodies on: the handler reads `request.body`, a stream, and bounds it itself. */
export const StreamedBody = (): CustomDecorator => RouteConfig({ streamedBody: true }) as CustomDecorator;

/** For a door that takes more at once than all others. */
export const BodyUpTo = (bodyLimitBytes: number): CustomDecorator => RouteConfig({ bodyLimitBytes }) as CustomDecorator;

type Done = (error: Error | null, body?: unknown) => void;

/** JSON, forms and CSV, within the limit, for every door but those that take a stream. */
export function installBodyReaders(fastify: FastifyInstance, limitBytes: number): void {
  const readJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (request, payload, done) => {
    const { streamedBody, bodyLimitBytes = limitBytes } = request.routeOptions.config;
    if (streamedBody) return done(null, payload);
    const type = mediaTypeOf(request);
    const read: Record<string, (text: string, done: Done) => void> = {
      'application/json': (text, told) => void readJson(request, text, told),
      'application/x-www-form-urlencoded': (text, told) => told(null, parseForm(text)),
      // As if it stood in a JSON: a door that takes none refuses it by its name.
      'text/csv': (text, told) => told(null, { csv: text }),
    };
    const reader = read[type];
    if (!reader) return done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(type));
    wholeText(payload, bodyLimitBytes).then((text) => reader(text, done), done);
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
