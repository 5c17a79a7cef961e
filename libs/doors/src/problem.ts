import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { HttpException } from '@nestjs/common';
import { type ErrorKind, LockkeeperError } from './lockkeeper.error.js';

/** RFC 9457 problem details, with our `code`, `hint` and `requestId`. */
export class Problem {
  @ApiProperty({ example: 'urn:lockkeeper:problem:connection_not_found' }) type: string;
  @ApiProperty() title: string;
  @ApiProperty() status: number;
  @ApiProperty() detail: string;
  @ApiProperty({ description: 'Stable; programs decide by it.' }) code: string;
  @ApiPropertyOptional({ type: String, nullable: true, description: 'What to do about it.' }) hint: string | null;
  @ApiProperty({ type: String, nullable: true }) requestId: string | null;
}

/** The one table from what kind of trouble it is to HTTP. */
const STATUS: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  too_large: 413,
  too_many: 429,
  upstream_failed: 502,
  unavailable: 503,
  deadline: 504,
  internal: 500,
};

interface Sketch {
  status: number;
  code: string;
  title: string;
  detail: string;
  hint?: string | null;
  members?: Record<string, unknown>;
}

/** Whatever was thrown, as a problem. What we did not throw on purpose is told as an internal error, without a word of its own. */
export function toProblem(error: unknown, requestId: string | null): Problem {
  const { status, code, title, detail, hint = null, members = {} } = sketch(error);
  return { ...members, type: `urn:lockkeeper:problem:${code}`, title, status, detail, code, hint, requestId };
}

function sketch(error: unknown): Sketch {
  if (error instanceof LockkeeperError) {
    const { code, title, detail, hint, members } = error;
    return { status: STATUS[error.kind], code, title, detail, hint, members };
  }
  return fromFramework(error) ?? (isStorageAway(error) ? STORAGE_AWAY : INTERNAL);
}

const INTERNAL: Sketch = {
  status: 500,
  code: 'internal_error',
  title: 'Something went wrong on our side',
  detail: 'The request could not be completed. Nothing of it was kept half done.',
  hint: 'Try again; if it stays, give the requestId to whoever runs this server.',
};

const STORAGE_AWAY: Sketch = {
  status: 503,
  code: 'storage_unavailable',
  title: 'This workspace’s database is away',
  detail: 'The request could not be completed, because the database does not answer. Nothing of it was kept half done.',
  hint: 'Try again in a few seconds; GET /health/ready tells when it is back.',
};

/** PostgreSQL's class 08 and its words for shutting down and starting up (appendix A of its manual), and a socket's for nobody being there. */
const AWAY = /^(08\w{3}|57P0[123]|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/;
/** node-postgres has no code for these. */
const CUT_OFF = /^(Connection terminated|timeout exceeded when trying to connect)/;

function isStorageAway(error: unknown): boolean {
  const { driverError } = (error ?? {}) as { driverError?: unknown };
  const { code, message } = (driverError ?? error ?? {}) as { code?: unknown; message?: unknown };
  return (typeof code === 'string' && AWAY.test(code)) || (typeof message === 'string' && CUT_OFF.test(message));
}

/** What Nest's router and Fastify's parsers throw before any code of ours is reached. */
const FRAMEWORK: Record<number, Omit<Sketch, 'status'>> = {
  400: {
    code: 'request_malformed',
    title: 'The request cannot be read',
    detail: 'The body is not valid JSON, or the URL or a header is malformed.',
    hint: 'Send a JSON object with `Content-Type: application/json`.',
  },
  404: {
    code: 'route_not_found',
    title: 'There is no such door',
    detail: 'No route has this method and path.',
    hint: 'GET /docs shows every route of this workspace.',
  },
  413: {
    code: 'body_too_large',
    title: 'The body is too large',
    detail: 'The request body is over this door’s limit.',
  },
  414: {
    code: 'url_too_long',
    title: 'The URL is too long',
    detail: 'A segment of the path is longer than any id can be.',
    hint: 'Check what was put into the URL, and that it is percent-encoded once.',
  },
  415: {
    code: 'media_type_unsupported',
    title: 'The body’s type is not understood',
    detail: 'This door reads JSON only.',
    hint: 'Send `Content-Type: application/json`.',
  },
};

function fromFramework(error: unknown): Sketch | undefined {
  const status = error instanceof HttpException ? error.getStatus() : (error as { statusCode?: unknown })?.statusCode;
  const known = typeof status === 'number' ? FRAMEWORK[status] : undefined;
  return known && { status: status as number, ...known };
}
