import type { LoggerService } from '@nestjs/common';
import { type Logger, type LoggerOptions, pino } from 'pino';
import { currentContext } from './request-context.js';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** Never printed wherever they turn up; the first line of defence is that nobody logs objects they did not build for the log. */
const REDACTED = [
  'authorization',
  'cookie',
  'accessToken',
  'refreshToken',
  'clientSecret',
  'secrets',
  'codeVerifier',
  'ticket',
];
const paths = REDACTED.flatMap((name) => [name, `*.${name}`]);

/** Where lines go. One that gathers them has a `flushSync`, and is told when a line must not wait. */
export interface LogSink {
  write(line: string): unknown;
  flushSync?(): void;
}

/** Lines of requests are gathered, because writing each by itself costs as much as answering; nothing waits longer than this. */
const GATHERED_BYTES = 8192;
const GATHERED_MS = 250;

function gatheringStdout(): LogSink {
  const sink = pino.destination({ sync: true, minLength: GATHERED_BYTES, periodicFlush: GATHERED_MS });
  process.once('exit', () => sink.flushSync());
  return sink;
}

/** One answered request, or several alike, made of what is no secret. */
export interface RequestLine {
  method: string;
  /** The template, never the URL, which may hold a ticket. */
  route: string;
  status: string;
  /** Of several, the longest. */
  durationMs: number;
  /** Whose, where the context doesn't tell. */
  actor?: string;
  /** How many of the caller's there were since the last such line. */
  requests?: number;
}

/**
 * JSON lines on stdout for Nest's own `Logger`. Call it with an object, `logger.log({ event: 'token_rotated', connectionId })`:
 * what is logged is what was listed, and the request id comes by itself.
 */
export class JsonLogger implements LoggerService {
  private readonly pino: Logger;
  private readonly requests: Logger;

  /** @param sink stdout, if nothing else is said */
  constructor(
    workspace: string,
    level: LogLevel,
    private readonly sink: LogSink = gatheringStdout(),
  ) {
    const options = {
      level,
      base: { workspace },
      serializers: { err: described },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: () => {
        const context = currentContext();
        return context ? { requestId: context.requestId, actor: context.actor } : {};
      },
    } satisfies LoggerOptions;
    this.pino = pino({ ...options, redact: { paths, censor: '[redacted]' } }, sink);
    this.requests = pino(options, sink);
  }

  /** There is one for each answer: not searched for secrets, since it can't hold any, and written with the next others. */
  request(line: RequestLine): void {
    this.requests.info({ context: 'doors', event: 'request', ...line });
  }

  /** Where they are so many that they are told in sums, whether each is told all the same. */
  get tellsEachRequest(): boolean {
    return this.requests.isLevelEnabled('debug');
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest passes its context last, and a stack before it with an error. */
  private write(level: Exclude<LogLevel, 'silent'>, message: unknown, rest: unknown[]): void {
    // A flush reaches for the disk: not for what isn't printed.
    if (!this.pino.isLevelEnabled(level)) return;
    const context = rest.at(-1);
    const fields = typeof context === 'string' ? { context } : {};
    const stack = rest.length > 1 && typeof rest[0] === 'string' ? { stack: rest[0] } : {};
    if (message instanceof Error) this.pino[level]({ ...fields, err: message });
    else if (typeof message === 'object' && message !== null) this.pino[level]({ ...fields, ...stack, ...message });
    else this.pino[level]({ ...fields, ...stack }, String(message));
    this.sink.flushSync?.();
  }
}

interface DescribedError {
  type: string;
  message: string;
  stack: string | undefined;
  code?: unknown;
  cause?: DescribedError | undefined;
}

const CAUSES = 3;

/** What is known to be harmless of an error. Drivers hang whole statements, their values and answers' bodies on theirs. */
function described(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an error', stack: undefined };
  const { code } = error as { code?: unknown };
  const cause = error.cause !== undefined && depth < CAUSES ? described(error.cause, depth + 1) : undefined;
  const { message, stack } = error;
  return { type: error.constructor.name, message, stack, ...(code !== undefined && { code }), ...(cause && { cause }) };
}
