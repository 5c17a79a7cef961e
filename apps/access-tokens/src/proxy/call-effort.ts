import { currentRequestId } from '@lockkeeper/observability';
import { LockkeeperError } from '@lockkeeper/doors';
import type { EgressStream } from '@lockkeeper/egress';
import type { HandedToken } from '../access-tokens/token-reader.js';
import type { ApiCall } from './api-call.js';
import type { CallAttempt, CallTrace, EndedCall } from './call-trace.js';

/** What one call has come to so far: how often it was sent, with which tokens, and what is left of its time. */
export class CallEffort {
  readonly attempts: CallAttempt[] = [];
  /** Whether a newer token was asked for already: once for each call. */
  renewed = false;
  /** Whether a broken connection was made good already. */
  reconnected = false;
  /** Whether the last answer only asked for the API's nonce in the proof. */
  wantsNonce = false;
  /** Whether the call was sent again for that already. */
  nonceGiven = false;
  private readonly startedAt = new Date();
  private readonly deadlineAt: number;
  private readonly requestId = currentRequestId();
  private readonly tokens = new Set<HandedToken>();
  private target: URL | null = null;
  private answer: EgressStream | null = null;

  constructor(
    readonly call: ApiCall,
    deadlineMs: number,
  ) {
    this.deadlineAt = this.startedAt.getTime() + deadlineMs;
  }

  /** Not negative. */
  get millisecondsLeft(): number {
    return Math.max(this.deadlineAt - Date.now(), 0);
  }

  get tokenVersion(): number {
    return this.attempts.at(-1)!.tokenVersion;
  }

  /** Sends it once, and writes down what came of it. */
  async attempt(token: HandedToken, target: URL, send: () => Promise<EgressStream>): Promise<EgressStream> {
    this.target = target;
    this.tokens.add(token);
    const attempt: CallAttempt = { tokenVersion: token.connection.version, status: null, problem: null, durationMs: 0 };
    this.attempts.push(attempt);
    const began = Date.now();
    try {
      this.answer = await send();
      attempt.status = this.answer.status;
      return this.answer;
    } catch (error) {
      attempt.problem = codeOf(error);
      throw error;
    } finally {
      attempt.durationMs = Date.now() - began;
    }
  }

  /** What is kept of it once it is over. */
  ended(
    of: Pick<CallTrace, 'connectionId' | 'consumerId'>,
    { complete, problem }: { complete: boolean; problem: unknown },
  ): EndedCall {
    const { headers = {}, status = null } = problem === null ? (this.answer ?? {}) : {};
    return {
      ...of,
      requestId: this.requestId,
      startedAt: this.startedAt,
      method: this.call.method,
      target: this.target,
      requestHeaders: this.call.headers,
      attempts: this.attempts,
      answerHeaders: headers,
      status,
      problem: problem === null ? null : codeOf(problem),
      complete,
      durationMs: Date.now() - this.startedAt.getTime(),
      tokens: this.tokens,
    };
  }
}

const codeOf = (error: unknown): string => (error instanceof LockkeeperError ? error.code : 'internal_error');
