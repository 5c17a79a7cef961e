import { currentRequestId } from '@lockkeeper/observability';
import { LockkeeperError } from '@lockkeeper/doors';
import type { EgressStream } from '@lockkeeper/egress';
import type { HandedToken } from '../access-tokens/token-reader.js';
import type { ApiCall } from './api-call.js';
import { type CallAttempt, type CallTrace, maskedHeaders, maskedTarget } from './call-trace.js';

/** What one call has come to so far: how often it was sent, with which tokens, and what is left of its time. */
export class CallEffort {
  readonly attempts: CallAttempt[] = [];
  /** Whether a newer token was asked for already: once for each call. */
  renewed = false;
  /** Whether a broken connection was made good already. */
  reconnected = false;
  private readonly startedAt = new Date();
  private readonly deadlineAt: number;
  private readonly secrets = new Set<string>();
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
    this.secrets.add(token.accessToken.reveal());
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

  trace(
    of: Pick<CallTrace, 'connectionId' | 'consumerId'>,
    { complete, problem }: { complete: boolean; problem: unknown },
  ): CallTrace {
    const secrets = [...this.secrets];
    const { headers = {}, status = null } = problem === null ? (this.answer ?? {}) : {};
    return {
      ...of,
      requestId: currentRequestId(),
      startedAt: this.startedAt,
      method: this.call.method,
      url: this.target === null ? '' : maskedTarget(this.target, secrets),
      requestHeaders: maskedHeaders(this.call.headers, secrets),
      attempts: this.attempts,
      answerHeaders: maskedHeaders(headers, secrets),
      status,
      problem: problem === null ? null : codeOf(problem),
      complete,
      durationMs: Date.now() - this.startedAt.getTime(),
    };
  }
}

const codeOf = (error: unknown): string => (error instanceof LockkeeperError ? error.code : 'internal_error');
