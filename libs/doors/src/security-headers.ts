import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import helmet from 'helmet';

const YEAR_SECONDS = 365 * 86_400;

const protect = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
  },
  referrerPolicy: { policy: 'no-referrer' },
  strictTransportSecurity: { maxAge: YEAR_SECONDS, includeSubDomains: true },
  xFrameOptions: { action: 'deny' },
  xXssProtection: false,
});

/** By lower-case name. The same for every answer, so helmet is asked once. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = headersBy(protect);

/** Of every answer that isn't documentation: those, and that nobody keeps it. */
export const USUAL_HEADERS: readonly [name: string, value: string][] = Object.entries({
  ...SECURITY_HEADERS,
  'cache-control': 'no-store',
});

/**
 * What every answer says to browsers: load nothing, frame it nowhere, tell nobody the address, guess no type, keep nothing.
 * Pages that need more (the consoles, the documentation) say so themselves, and theirs counts.
 */
export function installSecurityHeaders(app: NestFastifyApplication): void {
  const headers = Object.entries(SECURITY_HEADERS);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      // On the raw answer, so that one that is written by hand has them as well.
      for (const [name, value] of headers) reply.raw.setHeader(name, value);
      if (!isDocumentation(request.url)) void reply.header('cache-control', 'no-store');
      else void reply.header('content-security-policy', DOCUMENTATION_POLICY);
      done();
    });
}

/** Swagger's page brings its own scripts and styles, one of each inline. It shows nothing that isn't public. */
const DOCUMENTATION_POLICY =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";

const isDocumentation = (url: string): boolean => /^\/docs(?:[/?]|$)/.test(url);

function headersBy(middleware: ReturnType<typeof helmet>): Record<string, string> {
  const headers: Record<string, string> = {};
  const answer = {
    setHeader: (name: string, value: string) => void (headers[name.toLowerCase()] = value),
    removeHeader: () => undefined,
  };
  middleware({} as IncomingMessage, answer as unknown as ServerResponse, (error) => {
    if (error) throw error as Error;
  });
  return headers;
}
