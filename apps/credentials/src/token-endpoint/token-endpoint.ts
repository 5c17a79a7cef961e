import { Injectable } from '@nestjs/common';
import { Egress } from '@lockkeeper/egress';
import { refreshRequestOf } from '@lockkeeper/manifests';
import type { Secret } from '@lockkeeper/sealing';
import { authorizationUrl, drawPkce } from './authorization-request.js';
import type { AuthorizationQuestion, Pkce } from './authorization-request.js';
import { readCallback } from './callback.js';
import type { Callback } from './callback.js';
import { notSendable } from './faults.js';
import type { OAuthTarget } from './oauth-target.js';
import type { RawAnswer } from './raw-answer.js';
import type { RevocationReceipt } from './revocation-receipt.js';
import { capturedValues, commonValues } from './template-values.js';
import { readAnswer } from './token-answer.js';
import type { ReadingContext } from './token-answer.js';
import type { TokenGrant } from './token-grant.js';
import { tokenRequest } from './token-request.js';
import type { Grant } from './token-request.js';
import { revokeTokens } from './token-revocation.js';
import type { RevocableTokens } from './token-revocation.js';
import { testToken } from './token-test.js';
import type { TestResult } from './token-test.js';
import { send } from './wire.js';

export type { TestResult } from './token-test.js';

/** What a refresh is made with. */
export interface RefreshableGrant {
  refreshToken: Secret;
  accessToken: Secret | null;
  scope?: string | null;
  captured?: Record<string, unknown>;
}

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
    const parameters = {
      code,
      redirect_uri: target.redirectUri,
      ...(verifier !== undefined && { code_verifier: verifier }),
    };
    const values = { ...commonValues(target), code, code_verifier: verifier };
    const grant: Grant = { type: 'authorization_code', parameters };
    const request = await tokenRequest(target, grant, { request: target.manifest.token, values });
    return send(this.egress, { step: 'exchange', request }, secretsOf(target, code, verifier));
  }

  /** RFC 6749 section 6; no scope, so that never more is asked for than was granted. @throws TokenFault where no whole answer came */
  async sendRefresh(
    target: OAuthTarget,
    { refreshToken, accessToken, scope, captured = {} }: RefreshableGrant,
  ): Promise<RawAnswer> {
    const request = refreshRequestOf(target.manifest);
    if (!request) throw noRefresh(target);
    const [refresh, access] = [refreshToken.reveal(), accessToken?.reveal()];
    const values = {
      ...commonValues(target),
      ...capturedValues(captured),
      refresh_token: refresh,
      access_token: access,
      scope,
    };
    const grant: Grant = { type: 'refresh_token', parameters: { refresh_token: refresh } };
    const written = await tokenRequest(target, grant, { request, values });
    return send(this.egress, { step: 'refresh', request: written }, secretsOf(target, refresh, access));
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

const noRefresh = ({ slug }: OAuthTarget) =>
  notSendable('configuration', {
    code: 'no_refresh_at_provider',
    title: 'This provider knows no refresh',
    detail: `The manifest of ${slug} says that its tokens can’t be refreshed.`,
    hint: 'Send the user an authorization link for a new token; or correct refresh in the manifest.',
  });
