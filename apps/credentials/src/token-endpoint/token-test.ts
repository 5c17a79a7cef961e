import { AnswerTooLarge, EgressTimeout, EgressUnreachable } from '@lockkeeper/egress';
import { isGeneric } from '@lockkeeper/manifests';
import type { Secret } from '@lockkeeper/sealing';
import { documentOf, shows } from './answer-body.js';
import { reasonIn } from './answer-words.js';
import type { OAuthTarget } from './oauth-target.js';
import { capturedValues, commonValues, filledInSecrets, serviceSecretsOf } from './template-values.js';
import { TokenFault } from './token-fault.js';
import type { TraceStep } from './trace.js';
import { renderRequest } from './wire-request.js';
import type { Wire } from './wire.js';

/** How the manifest's test request went with a token. */
export interface TestResult {
  ok: boolean;
  /** Null where no answer came. */
  status: number | null;
  detail: string;
  hint: string | null;
  /** Why no answer came; null where one did. */
  silence: TestSilence | null;
  /** What the API wrote about its refusal, without a secret; untrusted. */
  said: string | null;
  trace: TraceStep[];
}

/** `not_callable`: nothing was sent, and the same again can't be either. */
export type TestSilence = 'unknown_host' | 'timed_out' | 'unreachable' | 'not_callable';

/** A token as it is tried, and as it travels. */
export interface TestedToken {
  accessToken: Secret;
  /** Left out: as `use` in the manifest has it. */
  tokenType?: string | null | undefined;
  captured?: Record<string, unknown>;
}

const REFUSED =
  'The API refuses this token: refresh the connection, and if that does not help, let the user reauthorize.';
const FORBIDDEN = 'The token is good, and not good for this: check the scopes of the connection.';
const NOT_FILLED_IN =
  'The API refuses what was filled in: it has to be entered as the API’s own pages show it, by a new link; if it was, compare use in the manifest with how the API wants it sent.';

/** For operators: what came of it, with the API's own words. */
export const inFull = ({ detail, said }: TestResult): string =>
  said === null ? detail : `${detail} It says: “${said}”`;

/** Calls the API service's test request with the token; the provider's trouble is a result, not an exception. */
export async function testToken(
  wire: Wire,
  target: OAuthTarget,
  { accessToken, tokenType, captured = {} }: TestedToken,
): Promise<TestResult> {
  const { test } = target.manifest;
  if (!test)
    return failed('This API service has no test request.', { hint: 'Give it one: testUrl, or test in its manifest.' });
  const token = accessToken.reveal();
  const values = { ...commonValues(target), ...capturedValues(captured), access_token: token };
  try {
    const request = await renderRequest(test.request, { target, values, accessToken: token, tokenType });
    const secrets = [token, ...filledInSecrets(target), ...serviceSecretsOf(target)];
    const answer = await wire.send({ step: 'test', request }, secrets);
    const { status, trace } = answer;
    const hint = hintFor(target, status);
    const document = documentOf(answer, test.encoding);
    const isExpected = test.statuses.includes(status);
    if (isExpected && shows(document, test.shows))
      return { ...NOTHING, ok: true, status, detail: `The API answered ${status}.`, trace };
    const said = reasonIn(document, secrets);
    if (!isExpected) return failed(`The API answered ${status}.`, { status, trace, hint, said });
    const detail = `The API answered ${status}, without what test.shows in the manifest asks for.`;
    return failed(detail, { status, trace, said });
  } catch (error) {
    if (!(error instanceof TokenFault)) throw error;
    return failed(error.detail, { hint: error.hint, trace: error.trace, silence: silenceOf(error) });
  }
}

function hintFor({ manifest }: OAuthTarget, status: number): string | null {
  if (isGeneric(manifest)) return status === 401 || status === 403 ? NOT_FILLED_IN : null;
  return status === 401 ? REFUSED : status === 403 ? FORBIDDEN : null;
}

function silenceOf({ cause, permanent }: TokenFault): TestSilence | null {
  if (cause instanceof AnswerTooLarge) return null;
  if (cause instanceof EgressTimeout) return 'timed_out';
  if (cause instanceof EgressUnreachable && cause.breakage === 'dns') return 'unknown_host';
  return permanent ? 'not_callable' : 'unreachable';
}

const NOTHING = { status: null, hint: null, silence: null, said: null };

function failed(detail: string, rest: Partial<Omit<TestResult, 'ok' | 'detail'>>): TestResult {
  return { ...NOTHING, ok: false, trace: [], ...rest, detail };
}
