import type { Egress } from '@lockkeeper/egress';
import type { Secret } from '@lockkeeper/sealing';
import { documentOf, shows } from './answer-body.js';
import type { OAuthTarget } from './oauth-target.js';
import { capturedValues, commonValues } from './template-values.js';
import { TokenFault } from './token-fault.js';
import type { TraceStep } from './trace.js';
import { renderRequest } from './wire-request.js';
import { send } from './wire.js';

/** How the manifest's test request went with a token. */
export interface TestResult {
  ok: boolean;
  /** Null where no answer came. */
  status: number | null;
  detail: string;
  hint: string | null;
  trace: TraceStep[];
}

const REFUSED =
  'The API refuses this token: refresh the connection, and if that does not help, let the user reauthorize.';
const FORBIDDEN = 'The token is good, and not good for this: check the scopes of the connection.';

/** Calls the API service's test request with the token; the provider's trouble is a result, not an exception. */
export async function testToken(
  egress: Egress,
  target: OAuthTarget,
  { accessToken, captured = {} }: { accessToken: Secret; captured?: Record<string, unknown> },
): Promise<TestResult> {
  const { test } = target.manifest;
  if (!test)
    return failed('This API service has no test request.', { hint: 'Give it one: testUrl, or test in its manifest.' });
  const token = accessToken.reveal();
  const values = { ...commonValues(target), ...capturedValues(captured), access_token: token };
  try {
    const request = renderRequest(test.request, { target, values, accessToken: token });
    const answer = await send(egress, { step: 'test', request }, [token]);
    const { status, trace } = answer;
    const hint = status === 401 ? REFUSED : status === 403 ? FORBIDDEN : null;
    if (!test.statuses.includes(status)) return failed(`The API answered ${status}.`, { status, trace, hint });
    if (shows(documentOf(answer, test.encoding), test.shows))
      return { ok: true, status, detail: `The API answered ${status}.`, hint: null, trace };
    return failed(`The API answered ${status}, without what test.shows in the manifest asks for.`, { status, trace });
  } catch (error) {
    if (error instanceof TokenFault) return failed(error.detail, { hint: error.hint, trace: error.trace });
    throw error;
  }
}

function failed(detail: string, rest: Partial<Omit<TestResult, 'ok' | 'detail'>>): TestResult {
  return { ok: false, status: null, hint: null, trace: [], ...rest, detail };
}
