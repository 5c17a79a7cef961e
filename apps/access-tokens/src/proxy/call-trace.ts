import type { IncomingHttpHeaders } from 'node:http';
import { MASK, maskText, maskUrl } from '@lockkeeper/egress';
import type { HandedToken } from '../access-tokens/token-reader.js';
import { secretsIn } from './carried-call.js';

/** One request that went out for a call. */
export interface CallAttempt {
  tokenVersion: number;
  /** Null where no answer began; then `problem` says why. */
  status: number | null;
  problem: string | null;
  /** Until the answer began, or the attempt failed. */
  durationMs: number;
}

/** A call on behalf of a connection, as people may see it who debug: no body, no query value, no secret. */
export interface CallTrace {
  connectionId: string;
  consumerId: string;
  requestId: string | null;
  startedAt: Date;
  method: string;
  url: string;
  requestHeaders: Record<string, string>;
  attempts: CallAttempt[];
  answerHeaders: Record<string, string>;
  /** Null while nothing was answered. */
  status: number | null;
  /** The code of the problem that the caller got instead of an answer. */
  problem: string | null;
  /** Whether the answer was handed over to its end. */
  complete: boolean;
  durationMs: number;
}

/** A call that is over, with what was secret in it: what people may see is made of it when it is written down, for most never are. */
export interface EndedCall extends Omit<CallTrace, 'url' | 'requestHeaders' | 'answerHeaders'> {
  target: URL | null;
  requestHeaders: Readonly<IncomingHttpHeaders>;
  answerHeaders: Readonly<IncomingHttpHeaders>;
  tokens: ReadonlySet<HandedToken>;
}

/** Headers whose values tell something to whoever debugs, and can't be secrets. Of all others only the name is kept. */
const TOLD =
  /^(accept|accept-(encoding|language)|allow|cache-control|content-(encoding|language|length|type)|date|etag|if-(match|none-match|modified-since|unmodified-since)|last-modified|retry-after|server|user-agent|vary|x-request-id|.*ratelimit.*)$/;

/** @param secrets what is masked even there */
function maskedHeaders(headers: Readonly<IncomingHttpHeaders>, secrets: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const told = TOLD.test(name.toLowerCase()) ? maskText([value].flat().join(', '), secrets) : MASK;
      return [name.toLowerCase(), told];
    }),
  );
}

export function traceOf({ target, requestHeaders, answerHeaders, tokens, ...told }: EndedCall): CallTrace {
  const secrets = Object.freeze([...tokens].flatMap(secretsIn));
  return {
    ...told,
    url: target === null ? '' : maskUrl(target, secrets),
    requestHeaders: maskedHeaders(requestHeaders, secrets),
    answerHeaders: maskedHeaders(answerHeaders, secrets),
  };
}
