import type { IncomingHttpHeaders } from 'node:http';
import { TOKEN_NAME } from '../access-tokens/token-name.js';
import { HeaderUnreadable } from './proxy.errors.js';

/** In a request: how long the caller waits for the answer to begin. */
export const DEADLINE_HEADER = 'lockkeeper-deadline-seconds';
/** In a request: under which of several base URLs the path lies. */
export const BASE_URL_HEADER = 'lockkeeper-base-url';
/** In a request: which of several tokens travels; the connection's own if it isn't said. */
export const TOKEN_HEADER = 'lockkeeper-token';
/** In an answer: how many requests went out for it. */
export const ATTEMPTS_HEADER = 'lockkeeper-attempts';
/** In an answer: the version of the token that it was given to. */
export const VERSION_HEADER = 'lockkeeper-token-version';

export const LONGEST_DEADLINE_SECONDS = 3600;

/** @throws HeaderUnreadable */
export function deadlineOf(headers: IncomingHttpHeaders): number | null {
  const text = headers[DEADLINE_HEADER];
  if (text === undefined) return null;
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > LONGEST_DEADLINE_SECONDS) {
    throw new HeaderUnreadable(DEADLINE_HEADER, `a whole number from 1 to ${LONGEST_DEADLINE_SECONDS}`);
  }
  return seconds;
}

/** @throws HeaderUnreadable */
export function tokenNameOf(headers: IncomingHttpHeaders): string | undefined {
  const text = headers[TOKEN_HEADER];
  if (text === undefined) return undefined;
  if (typeof text !== 'string' || !TOKEN_NAME.test(text))
    throw new HeaderUnreadable(TOKEN_HEADER, 'the name of a token');
  return text;
}
