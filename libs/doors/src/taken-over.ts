import type { ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { type RequestContext, runInContext } from '@lockkeeper/observability';
import { USUAL_HEADERS } from './security-headers.js';

/** An answer that begins, and may be larger than memory. */
export interface EarlyStream {
  status: number;
  /** By lower-case name: in place of those that every answer has. */
  headers: Readonly<Record<string, string | string[]>>;
  /** Writes the body there, no faster than it is taken. `breaks` where it broke off before its first byte, and nothing was written. */
  passTo(target: Writable, passage: { begins: () => void; breaks: (error: Error) => void }): void;
  /** Nobody wants it. */
  destroy(): void;
}

/** What is done for a request that was taken over before the routes were looked at. */
export interface EarlyWork {
  /** The template of the route that would have answered, for measurements and the log. */
  route: string;
  actor: string;
  /** Resolves when the answer begins. @param gone ends when nobody waits for it any more */
  begin(gone: AbortSignal): Promise<EarlyStream>;
}

/** A request that came to no answer: refused by those who refuse everything else. */
export interface Unanswered {
  context: RequestContext;
  /** Of `performance.now()`. */
  beganAt: number;
  error: Error;
}

export interface Undertaking {
  context: RequestContext;
  /** Whether each answer has to say that its connection ends. */
  isClosing: () => boolean;
  /** Once, after an answer was given. */
  answered: (status: number) => void;
  /** Once, instead of it: nothing was written. */
  refused: (error: Error) => void;
}

/** Has the work done, and its answer written. */
export function takeOver(
  work: EarlyWork,
  response: ServerResponse,
  { context, isClosing, answered, refused }: Undertaking,
): void {
  const gone = new AbortController();
  let isRefused = false;
  const refuse = (error: unknown): void => {
    if (isRefused) return;
    isRefused = true;
    refused(
      error instanceof Error ? error : new Error('It came to nothing, and nothing was said of it.', { cause: error }),
    );
  };
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
    if (!isRefused) answered(response.statusCode);
  });
  const pass = (stream: EarlyStream): void => {
    const begins = (): void => void response.writeHead(stream.status, headersOf(stream, context, isClosing()));
    try {
      stream.passTo(response, { begins, breaks: refuse });
    } catch (error) {
      refuse(error);
      stream.destroy();
    }
  };
  runInContext(context, () => void work.begin(gone.signal).then(pass, refuse));
}

function headersOf({ headers }: EarlyStream, { requestId }: RequestContext, closing: boolean): string[] {
  const flat = ['x-request-id', requestId];
  if (closing) flat.push('connection', 'close');
  for (const [name, value] of USUAL_HEADERS) if (headers[name] === undefined) flat.push(name, value);
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string') flat.push(name, value);
    else for (const one of value) flat.push(name, one);
  }
  return flat;
}
