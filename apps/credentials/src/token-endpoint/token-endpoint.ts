import { Injectable } from '@nestjs/common';
import { Egress } from '@lockkeeper/egress';
import type { Secret } from '@lockkeeper/sealing';
import { authorizationUrl, drawPkce } from './authorization-request.js';
import type { AuthorizationQuestion, Pkce } from './authorization-request.js';
import { readCallback } from './callback.js';
import type { Callback } from './callback.js';
import { followUp } from './follow-ups.js';
import type { After, Followed } from './follow-ups.js';
import { exchangeRequest, refreshRequest } from './grant-requests.js';
import type { RefreshableGrant } from './grant-requests.js';
import type { OAuthTarget } from './oauth-target.js';
import type { RawAnswer } from './raw-answer.js';
import type { RevocationReceipt } from './revocation-receipt.js';
import { readAnswer } from './token-answer.js';
import type { ReadingContext } from './token-answer.js';
import type { TokenGrant } from './token-grant.js';
import { revokeTokens } from './token-revocation.js';
import type { RevocableTokens } from './token-revocation.js';
import { testToken } from './token-test.js';
import type { TestResult } from './token-test.js';
import { send } from './wire.js';

export type { TestResult } from './token-test.js';

/**
 * The only place that speaks OAuth. Sending and reading are apart, so that an answer can be kept safe before anything is made of it.
 * Every request is sent once: nothing here tries again, probes another way, or follows a redirect.
 */
@Injectable()
export class TokenEndpoint {
  constructor(private readonly egress: Egress) {}

  /** Null where the manifest says that the provider breaks on PKCE. */
  drawPkce(target: OAuthTarget): Promise<Pkce | null> {
    return drawPkce(target);
  }

  authorizationUrl(target: OAuthTarget, question: AuthorizationQuestion): URL {
    return authorizationUrl(target, question);
  }

  /** @throws TokenFault */
  readCallback(target: OAuthTarget, parameters: URLSearchParams): Callback {
    return readCallback(target, parameters);
  }

  /** RFC 6749 section 4.1.3. @throws TokenFault where no whole answer came */
  async sendExchange(
    target: OAuthTarget,
    { callback, codeVerifier }: { callback: Callback; codeVerifier: Secret | null },
  ): Promise<RawAnswer> {
    const [code, verifier] = [callback.code.reveal(), codeVerifier?.reveal()];
    const request = await exchangeRequest(target, { callback, codeVerifier });
    return send(this.egress, { step: 'exchange', request }, secretsOf(target, code, verifier));
  }

  /** RFC 6749 section 6; no scope, so that never more is asked for than was granted. @throws TokenFault where no whole answer came */
  async sendRefresh(target: OAuthTarget, grant: RefreshableGrant): Promise<RawAnswer> {
    const request = await refreshRequest(target, grant);
    const secrets = secretsOf(target, grant.refreshToken?.reveal(), grant.accessToken?.reveal());
    return send(this.egress, { step: 'refresh', request }, secrets);
  }

  /** The manifest's requests after an exchange or a refresh. @throws TokenFault after an exchange, where a required one failed */
  followUp(target: OAuthTarget, grant: TokenGrant, after: After): Promise<Followed> {
    return followUp(this.egress, target, { grant, after });
  }

  /** No I/O; the same answer always reads the same. @throws TokenFault for whatever is no grant */
  readAnswer(target: OAuthTarget, answer: RawAnswer, context: ReadingContext): Promise<TokenGrant> {
    return readAnswer(target, answer, context);
  }

  /** RFC 7009, or what the manifest has instead. */
  revoke(target: OAuthTarget, tokens: RevocableTokens): Promise<RevocationReceipt> {
    return revokeTokens(this.egress, target, tokens);
  }

  test(target: OAuthTarget, token: { accessToken: Secret; captured?: Record<string, unknown> }): Promise<TestResult> {
    return testToken(this.egress, target, token);
  }
}

function secretsOf({ clientSecret }: OAuthTarget, ...values: (string | undefined)[]): string[] {
  return [clientSecret?.reveal(), ...values].filter((value) => value !== undefined);
}
