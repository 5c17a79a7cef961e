import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '@lockkeeper/access-control';
import { type EgressStream, EgressUnreachable, readRetryAfter } from '@lockkeeper/egress';
import { ANY_LIVING_TOKEN } from '../access-tokens/freshness.js';
import { type HandedToken, TokenReader } from '../access-tokens/token-reader.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import type { Wanted } from '../consumers/entitled-connections.js';
import { type ApiAnswer, type ApiCall, isRepeatable, maySendAgain } from './api-call.js';
import { BaseUrls } from './base-urls.js';
import { CallEffort } from './call-effort.js';
import { passedBack } from './call-headers.js';
import { CallSender } from './call-sender.js';
import { CallSlots } from './call-slots.js';
import { CallTraces } from './call-traces.js';
import { callsAnswered, callsFailed } from './proxy.metrics.js';
import { saysRefused } from './refused-answer.js';
import { Renewals } from './renewals.js';

const MOST_ATTEMPTS = 4;
const REFUSED_STATUSES = [401];
const LATER_STATUSES = [429, 503];

/** Whose call it is, and in which connection's name. */
interface Asked {
  caller: Principal;
  wanted: Wanted;
}

/** What a call belongs to, once it is known that the caller may. */
interface Belonging extends Asked {
  effort: CallEffort;
}

/** Calls APIs in the name of connections. The token goes to the base URLs of its API service, and the caller never sees it. */
@Injectable()
export class ApiCalls {
  constructor(
    private readonly reader: TokenReader,
    private readonly renewals: Renewals,
    private readonly sender: CallSender,
    private readonly slots: CallSlots,
    private readonly traces: CallTraces,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Resolves when the answer begins, whatever its status.
   * @throws the errors of TokenReader, UrlRefused, TooManyCalls, TokenUnusable, EgressError, CallBodyTooLarge
   */
  async call(caller: Principal, wanted: Wanted, call: ApiCall): Promise<ApiAnswer> {
    const token = await this.reader.carry(caller, wanted, ANY_LIVING_TOKEN);
    return this.callWith(token, { caller, wanted }, call);
  }

  /** The same where the token is at hand. */
  async callWith(token: HandedToken, { caller, wanted }: Asked, call: ApiCall): Promise<ApiAnswer> {
    const target = call.target(BaseUrls.of(token.connection.tokenUse.baseUrls));
    const of = { consumerId: caller.subjectId ?? caller.keyId, connectionId: token.connection.id };
    const effort = new CallEffort(call, this.deadlineMsOf(call));
    const giveBack = this.slots.take(of);
    const end = (outcome: { complete: boolean; problem: unknown }): void => {
      giveBack();
      (outcome.problem === null ? callsAnswered : callsFailed).inc();
      this.traces.keep(effort.ended(of, outcome));
    };
    try {
      const answer = await this.answered({ caller, wanted, effort }, token, target);
      answer.onceOver((complete) => end({ complete, problem: null }));
      const { tokenVersion, attempts } = effort;
      const { status, headers } = answer;
      return { status, headers: passedBack(headers), content: answer, tokenVersion, attempts: attempts.length };
    } catch (error) {
      end({ complete: false, problem: error });
      throw error;
    }
  }

  private async answered(belonging: Belonging, first: HandedToken, target: URL): Promise<EgressStream> {
    const { caller, wanted } = belonging;
    for (let token = first; ; token = await this.reader.carry(caller, wanted, ANY_LIVING_TOKEN)) {
      const answer = await this.attempt(belonging.effort, token, target);
      if (answer === null) continue;
      if (!(await this.isWorthAnother(belonging, token, answer))) return answer;
      answer.destroy();
    }
  }

  /** @returns null where a kept connection turned out to be dead, and the call may be sent once more (RFC 9110 section 9.2.2) */
  private async attempt(effort: CallEffort, token: HandedToken, target: URL): Promise<EgressStream | null> {
    try {
      return await effort.attempt(token, target, () => this.sent(effort, token, target));
    } catch (error) {
      const lost = error instanceof EgressUnreachable && error.breakage === 'connection_lost';
      if (!lost || effort.reconnected || !isRepeatable(effort.call)) throw error;
      effort.reconnected = true;
      return null;
    }
  }

  private async sent(effort: CallEffort, token: HandedToken, target: URL): Promise<EgressStream> {
    const { call, millisecondsLeft: withinMs } = effort;
    const { answer, wantsNonce } = await this.sender.send(call, token, { target, withinMs });
    effort.wantsNonce = wantsNonce;
    return answer;
  }

  /** What stands in the way of a good answer, and whether it could be removed. */
  private async isWorthAnother(belonging: Belonging, token: HandedToken, answer: EgressStream): Promise<boolean> {
    const { effort } = belonging;
    const { refusedStatuses = REFUSED_STATUSES, refusedAnswers = [] } = token.connection.tokenUse;
    if (effort.wantsNonce) return isNonceGiven(effort);
    if (refusedStatuses.includes(answer.status) || (await saysRefused(answer, refusedAnswers)))
      return this.isRenewed(belonging, { token, answer });
    return LATER_STATUSES.includes(answer.status) && this.isWaitedFor(effort, answer);
  }

  private async isRenewed(
    { effort, caller, wanted }: Belonging,
    { token, answer }: { token: HandedToken; answer: EgressStream },
  ): Promise<boolean> {
    if (effort.renewed) {
      this.renewals.remember(token.connection, wanted.token);
      return false;
    }
    effort.renewed = true;
    const renewal = this.renewals.newer(token.connection, caller, wanted.token);
    // Where the body is gone, the next call has the newer token; this one need not wait for it.
    return maySendAgain(effort.call, answer.status) && (await renewal);
  }

  /** Only as long as the caller waits, too. */
  private async isWaitedFor({ call, attempts, millisecondsLeft }: CallEffort, { headers }: EgressStream) {
    const seconds = readRetryAfter([headers['retry-after'] ?? []].flat()[0], new Date());
    if (seconds === null || attempts.length >= MOST_ATTEMPTS || !isRepeatable(call)) return false;
    if (seconds * 1000 >= millisecondsLeft) return false;
    try {
      await pause(seconds * 1000, undefined, { signal: call.signal });
      return true;
    } catch {
      return false; // the caller is gone; what it was answered last is dropped with it
    }
  }

  private deadlineMsOf({ deadlineSeconds }: ApiCall): number {
    const { ACCESS_TOKENS_CALL_DEADLINE_SECONDS: usual, ACCESS_TOKENS_CALL_SECONDS: most } = this.settings;
    return Math.min(deadlineSeconds ?? usual, most) * 1000;
  }
}

/** Once for each call: the API did nothing but give its nonce, and the token is as good as it was. */
function isNonceGiven(effort: CallEffort): boolean {
  if (effort.nonceGiven || !effort.call.body.again) return false;
  effort.nonceGiven = true;
  return true;
}
