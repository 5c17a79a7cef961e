import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import { currentContext } from './request-context.js';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** Never printed wherever they turn up; the first line of defence is that nobody logs objects they did not build for the log. */
const REDACTED = ['authorization', 'cookie', 'accessToken', 'refreshToken', 'clientSecret', 'codeVerifier', 'ticket'];
const paths = REDACTED.flatMap((name) => [name, `*.${name}`]);

/**
 * JSON lines on stdout for Nest's own `Logger`. Call it with an object, `logger.log({ event: 'token_rotated', connectionId })`:
 * what is logged is what was listed, and the request id comes by itself.
 */
export class JsonLogger implements LoggerService {
  private readonly pino: Logger;

  /** @param sink stdout, if nothing else is said */
  constructor(workspace: string, level: LogLevel, sink: DestinationStream = pino.destination({ sync: true })) {
    const options = {
      level,
      base: { workspace },
      redact: { paths, censor: '[redacted]' },
      serializers: { err: described },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: () => {
        const context = currentContext();
        return context ? { requestId: context.requestId, actor: context.actor } : {};
      },
    } satisfies LoggerOptions;
    this.pino = pino(options, sink);
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
    const context = rest.at(-1);
    const fields = typeof context === 'string' ? { context } : {};
    const stack = rest.length > 1 && typeof rest[0] === 'string' ? { stack: rest[0] } : {};
    if (message instanceof Error) this.pino[level]({ ...fields, err: message });
    else if (typeof message === 'object' && message !== null) this.pino[level]({ ...fields, ...stack, ...message });
    else this.pino[level]({ ...fields, ...stack }, String(message));
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
