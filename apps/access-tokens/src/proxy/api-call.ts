import type { IncomingHttpHeaders } from 'node:http';
import type { EgressStream } from '@lockkeeper/egress';
import { MethodRefused } from './proxy.errors.js';
import type { BaseUrls } from './base-urls.js';
import type { CallBody } from './call-body.js';

/** What a caller wants an API to be asked, in its connection's name. */
export interface ApiCall {
  method: string;
  /** Where to, once the base URLs are known. @throws UrlRefused */
  target: (baseUrls: BaseUrls) => URL;
  headers: IncomingHttpHeaders;
  body: CallBody;
  /** Seconds until the answer has to begin, retries and waits included; null: the workspace's usual. */
  deadlineSeconds: number | null;
  /** Ends when nobody waits for the answer any more. */
  signal: AbortSignal;
}

/** What the API said, and what it took to hear it. */
export interface ApiAnswer {
  status: number;
  /** Those that are passed back. */
  headers: Record<string, string | string[]>;
  /** Still on its way: has to be read to its end, passed on, or destroyed. */
  content: Pick<EgressStream, 'body' | 'passTo' | 'destroy'>;
  attempts: number;
  /** Of the token that this answer was given to. */
  tokenVersion: number;
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** RFC 9110 section 9.2.2: sent twice, they do what they do once. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']);

/** @throws MethodRefused */
export function checkCallMethod(method: string): string {
  if (!METHODS.has(method)) throw new MethodRefused();
  return method;
}

/** Whether the call may be sent a second time although it may have been acted upon. */
export const isRepeatable = ({ method, body }: Pick<ApiCall, 'method' | 'body'>): boolean =>
  body.again && IDEMPOTENT.has(method);

/**
 * Whether it may be sent a second time after the API refused its token. 401 says that it was not acted upon (RFC 9110 section 15.5.2), so
 * any method may; what a manifest has named besides says no such thing, so idempotent ones only.
 */
export const maySendAgain = (call: Pick<ApiCall, 'method' | 'body'>, status: number): boolean =>
  status === 401 ? call.body.again : isRepeatable(call);
