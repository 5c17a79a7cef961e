import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { LoggerService } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * Nothing from anywhere else, no inline script and no inline style sheet, in no frame. What the page asks goes to this origin alone.
 */
export const CONSOLE_POLICY = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self'`,
  `img-src 'self' data:`,
  `font-src 'self'`,
  `connect-src 'self'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ');

const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': CONSOLE_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

/** Where no page can be, whatever a browser asks for: a mistyped door stays a missing door. */
const NO_PAGE = /^\/(v1|docs|docs-json|health|metrics|assets|oauth|\.well-known)(\/|$)/;

/**
 * The console: its assets, whose names change with their content, and one page for every address that nothing else answers, so that
 * deep links work. Doors win over it, as fixed routes win over a wildcard.
 */
export async function installConsole(fastify: FastifyInstance, folder: string, logger: LoggerService): Promise<void> {
  const file = join(folder, 'index.html');
  if (!existsSync(file)) {
    logger.warn?.({ event: 'console_not_built', hint: 'npm run build makes it' }, 'doors');
    return;
  }
  const page = readFileSync(file, 'utf8');
  await fastify.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    decorateReply: false,
    preCompressed: true,
    immutable: true,
    maxAge: '365d',
  });
  const show = (request: FastifyRequest, reply: FastifyReply): unknown => {
    const path = request.url.split('?', 1)[0]!;
    const wantsPage = request.headers.accept?.includes('text/html') === true;
    if (!wantsPage || NO_PAGE.test(path)) return reply.callNotFound();
    return reply.headers(PAGE_HEADERS).send(page);
  };
  fastify.get('/', show);
  fastify.get('/*', show);
}
