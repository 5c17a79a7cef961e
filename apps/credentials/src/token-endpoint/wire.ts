import { EgressError, EgressUnreachable, maskUrl } from '@lockkeeper/egress';
import type { Egress, EgressAnswer, EgressRequest } from '@lockkeeper/egress';
import { valueAt } from '@lockkeeper/manifests';
import { DpopProver, wantsNonceOfCalls } from '@lockkeeper/sealing';
import { bodyOf } from './answer-body.js';
import { unanswered } from './faults.js';
import { rawAnswer } from './raw-answer.js';
import type { RawAnswer } from './raw-answer.js';
import { decided, type Step, type TraceStep } from './trace.js';
import { answeredMasking, maskedBody, maskedHeaders, sentMasking } from './trace-masks.js';
import { UnsteadyOrigins } from './unsteady-origins.js';
import type { WireRequest } from './wire-request.js';

/** When it may be sent, and who hears that it was. */
export type Turn = Pick<EgressRequest, 'beginWithinMs' | 'onSent'>;
/** What the sender has to say besides the request itself. */
export type Sending = Turn & Pick<EgressRequest, 'keptConnection'>;

interface Message {
  step: Step;
  request: WireRequest;
  sending?: Sending;
}

interface Answered {
  answer: RawAnswer;
  /** The server did nothing but ask for the same with its nonce, which is known by now. */
  wantsNonce: boolean;
}

const NONCE_WANTED = 'The server wants its nonce in the proof, and did nothing yet: sent once more, with it.';

/** The way out to providers: how each request went is told, and no answer is read. */
export class Wire {
  private readonly prover = new DpopProver();
  private readonly closers = new UnsteadyOrigins();

  constructor(private readonly egress: Egress) {}

  /**
   * Sends one request, once. The only one that is sent again is a proven one which was refused for the want of a nonce, and that once:
   * the server looks at the proof before anything else, so that whatever it carries is unspent (RFC 9449 section 8).
   * Throws a TokenFault where no whole answer came.
   */
  async send(message: Message, known: readonly string[]): Promise<RawAnswer> {
    const secrets = Object.freeze([...known]);
    const begunAt = performance.now();
    const { answer, wantsNonce } = await this.once(message, secrets, []);
    const left = (message.sending?.beginWithinMs ?? Infinity) - (performance.now() - begunAt);
    if (!wantsNonce || left <= 0) return answer;
    const sending = { ...message.sending, ...(left !== Infinity && { beginWithinMs: left }) };
    return (await this.once({ ...message, sending }, secrets, decided(answer.trace, NONCE_WANTED))).answer;
  }

  private async once(
    { step, request, sending }: Message,
    secrets: readonly string[],
    before: readonly TraceStep[],
  ): Promise<Answered> {
    const { method, url, body, certificate } = request;
    const headers = await this.proven(request);
    const trace = traceOf(step, { ...request, headers }, secrets);
    const startedAt = performance.now();
    try {
      const answer = await this.egress.fetch(url, {
        method,
        headers,
        body,
        ...(certificate && { certificate }),
        ...sending,
        keptConnection: sending?.keptConnection && !this.closers.has(url),
      });
      const wantsNonce = this.learn(request, answer);
      const told = { ...trace, ...answeredIn(answer, secrets), status: answer.status, durationMs: answer.durationMs };
      return { answer: rawAnswer(answer, [...before, told]), wantsNonce };
    } catch (error) {
      if (!(error instanceof EgressError)) throw error;
      if (error instanceof EgressUnreachable && error.sent) this.closers.note(url);
      const durationMs = Math.round(performance.now() - startedAt);
      throw unanswered(error, [...before, { ...trace, status: null, durationMs }]);
    }
  }

  private async proven({ method, url, headers, proof }: WireRequest): Promise<Record<string, string>> {
    if (!proof) return headers;
    const { key, accessToken } = proof;
    return { ...headers, dpop: await this.prover.proof(key, { method, url, accessToken }) };
  }

  /** @returns whether the server asks for the same once more */
  private learn({ method, url, proof }: WireRequest, answer: EgressAnswer): boolean {
    if (!proof) return false;
    const { accessToken } = proof;
    const known = this.prover.learn({ method, url, accessToken }, answer.headers['dpop-nonce']);
    const { status, headers, body } = answer;
    if (accessToken !== undefined) return known && wantsNonceOfCalls(status, headers['www-authenticate']);
    return known && [400, 401].includes(status) && valueAt(bodyOf({ body }, 'json'), '/error') === 'use_dpop_nonce';
  }
}

function traceOf(step: Step, { method, url, headers, body }: WireRequest, secrets: readonly string[]) {
  const masking = sentMasking(secrets);
  const requestHeaders = maskedHeaders(headers, masking);
  const requestBody = maskedBody(body, headers['content-type'] ?? '', masking);
  return { step, method, url: maskUrl(url, secrets), requestHeaders, requestBody };
}

function answeredIn({ headers, body }: EgressAnswer, secrets: readonly string[]) {
  const masking = answeredMasking(secrets);
  const answerBody = maskedBody(body, headers['content-type'] ?? '', masking);
  return { answerHeaders: maskedHeaders(headers, masking), answerBody };
}
