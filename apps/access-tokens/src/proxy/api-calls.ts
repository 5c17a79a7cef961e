import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '@lockkeeper/access-control';
import { Egress, type EgressStream, EgressUnreachable, readRetryAfter } from '@lockkeeper/egress';
import { type HandedToken, TokenReader } from '../access-tokens/token-reader.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import type { Wanted } from '../consumers/entitled-connections.js';
import { type ApiAnswer, type ApiCall, isRepeatable, maySendAgain } from './api-call.js';
import { BaseUrls } from './base-urls.js';
import { CallEffort } from './call-effort.js';
import { addressed, credential, passedBack, passedOn } from './call-headers.js';
import { CallSlots } from './call-slots.js';
import { CallTraces } from './call-traces.js';
import { apiCalls } from './proxy.metrics.js';
import { Renewals } from './renewals.js';

const ANY_LIVING_TOKEN = { minTtlSeconds: 0, minVersion: 0 };
const MOST_ATTEMPTS = 4;
const REFUSED_STATUSES = [401];
const LATER_STATUSES = [429, 503];

/** What a call belongs to, once it is known that the caller may. */
interface Belonging {
  caller: Principal;
  wanted: Wanted;
  effort: CallEffort;
}

/** Calls APIs in the name of connections. The token goes to the base URLs of its API service, and the caller never sees it. */
@Injectable()
export class ApiCalls {
  constructor(
    private readonly reader: TokenReader,
    private readonly renewals: Renewals,
    private readonly egress: Egress,
    private readonly slots: CallSlots,
    private readonly traces: CallTraces,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Resolves when the answer begins, whatever its status. Its body has to be read to its end, or destroyed.
   * @throws the errors of TokenReader, UrlRefused, TooManyCalls, TokenUnusable, EgressError, CallBodyTooLarge
   */
  async call(caller: Principal, wanted: Wanted, call: ApiCall): Promise<ApiAnswer> {
    const token = await this.reader.read(caller, wanted, ANY_LIVING_TOKEN);
    const target = call.target(new BaseUrls(token.connection.tokenUse.baseUrls));
    const of = { consumerId: caller.subjectId ?? caller.keyId, connectionId: token.connection.id };
    const effort = new CallEffort(call, this.deadlineMsOf(call));
    const giveBack = this.slots.take(of);
    const end = (outcome: { complete: boolean; problem: unknown }): void => {
      giveBack();
      apiCalls.inc({ outcome: outcome.problem === null ? 'answered' : 'failed' });
      this.traces.keep(effort.trace(of, outcome));
    };
    try {
      const answer = await this.answered({ caller, wanted, effort }, token, target);
      answer.body.once('close', () => end({ complete: answer.body.readableEnded, problem: null }));
      const { status, body } = answer;
      const { tokenVersion, attempts } = effort;
      return { status, headers: passedBack(answer.headers), body, tokenVersion, attempts: attempts.length };
    } catch (error) {
      end({ complete: false, problem: error });
      throw error;
    }
  }

  private async answered(belonging: Belonging, first: HandedToken, target: URL): Promise<EgressStream> {
    const { caller, wanted } = belonging;
    for (let token = first; ; token = await this.reader.read(caller, wanted, ANY_LIVING_TOKEN)) {
      const answer = await this.attempt(belonging.effort, token, target);
      if (answer === null) continue;
      if (!(await this.isWorthAnother(belonging, token, answer))) return answer;
      answer.body.destroy();
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

  private async sent({ call, millisecondsLeft }: CallEffort, token: HandedToken, target: URL): Promise<EgressStream> {
    const { tokenUse, tokenType } = token.connection;
    return this.egress.open(addressed(target, tokenUse, token.accessToken), {
      method: call.method,
      headers: { ...passedOn(call.headers, tokenUse), ...credential(tokenUse, tokenType, token.accessToken) },
      body: call.body.open(),
      ...(call.body.bytes !== null && { bodyBytes: call.body.bytes }),
      answerWithinMs: millisecondsLeft,
      signal: call.signal,
    });
  }

  /** What stands in the way of a good answer, and whether it could be removed. */
  private async isWorthAnother(belonging: Belonging, token: HandedToken, answer: EgressStream): Promise<boolean> {
    const { effort, caller } = belonging;
    const { refusedStatuses = REFUSED_STATUSES } = token.connection.tokenUse;
    if (refusedStatuses.includes(answer.status)) return this.isRenewed(effort, { token, caller, answer });
    return LATER_STATUSES.includes(answer.status) && this.isWaitedFor(effort, answer);
  }

  private async isRenewed(
    effort: CallEffort,
    { token, caller, answer }: { token: HandedToken; caller: Principal; answer: EgressStream },
  ): Promise<boolean> {
    if (effort.renewed) {
      this.renewals.remember(token.connection);
      return false;
    }
    effort.renewed = true;
    const renewal = this.renewals.newer(token.connection, caller);
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
