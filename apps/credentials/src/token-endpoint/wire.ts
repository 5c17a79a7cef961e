import { EgressError, maskUrl } from '@lockkeeper/egress';
import type { Egress } from '@lockkeeper/egress';
import { unanswered } from './faults.js';
import { rawAnswer } from './raw-answer.js';
import type { RawAnswer } from './raw-answer.js';
import type { Step } from './trace.js';
import type { WireRequest } from './wire-request.js';

/** Sends one request, once, and tells how it went. Throws a TokenFault where no whole answer came. */
export async function send(
  egress: Egress,
  { step, request }: { step: Step; request: WireRequest },
  secrets: readonly string[],
): Promise<RawAnswer> {
  const { method, url, headers, body } = request;
  const trace = { step, method, url: maskUrl(url, secrets) };
  const startedAt = performance.now();
  try {
    const answer = await egress.fetch(url, { method, headers, body });
    return rawAnswer(answer, { ...trace, status: answer.status, durationMs: answer.durationMs });
  } catch (error) {
    if (!(error instanceof EgressError)) throw error;
    throw unanswered(error, { ...trace, status: null, durationMs: Math.round(performance.now() - startedAt) });
  }
}
