import type { EgressAnswer } from '@lockkeeper/egress';
import type { TraceStep } from './trace.js';

/**
 * A provider's answer before anybody read it. Plain data that survives JSON, so that it can be sealed and kept.
 * Its body holds tokens: seal it, never log it.
 */
export interface RawAnswer {
  status: number;
  /** Only what is read later; names in lower case. */
  headers: Record<string, string>;
  body: string;
  /** ISO 8601: lifetimes count from here. */
  receivedAt: string;
  trace: TraceStep[];
}

const KEPT_HEADERS = ['content-type', 'retry-after', 'location'];

export function rawAnswer({ status, headers, body }: EgressAnswer, trace: TraceStep[]): RawAnswer {
  const kept = Object.entries(headers).filter(([name]) => KEPT_HEADERS.includes(name));
  return { status, headers: Object.fromEntries(kept), body, receivedAt: new Date().toISOString(), trace };
}
