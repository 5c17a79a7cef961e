import { Injectable, Optional } from '@nestjs/common';
import { DatabaseClock } from '@lockkeeper/database';
import { Egress } from '@lockkeeper/egress';
import { type DrawnKey, drawSigningKey, type Secret } from '@lockkeeper/sealing';
import { authorizationUrl, drawPkce } from './authorization-request.js';
import type { AuthorizationQuestion, Pkce } from './authorization-request.js';
import { readCallback, readConsent } from './callback.js';
import type { Callback } from './callback.js';
import { capturedOfCallback } from './captured.js';
import { type ClientVerdict, clientVerdict } from './client-verdict.js';
import { deviceRequest, pollRequest, readDeviceAnswer } from './device-authorization.js';
import type { DeviceAuthorization } from './device-authorization.js';
import { followUp } from './follow-ups.js';
import type { After, Followed } from './follow-ups.js';
import { assertNotFrozen } from './frozen.js';
import { exchangeRequest, refreshRequest } from './grant-requests.js';
import type { RefreshableGrant } from './grant-requests.js';
import { scopeOf } from './granted-scope.js';
import { issueRequest } from './issue.js';
import type { Issue } from './issue.js';
import { fetchMetadata } from './metadata-request.js';
import type { FoundMetadata } from './metadata-request.js';
import type { OAuthTarget } from './oauth-target.js';
import type { RawAnswer } from './raw-answer.js';
import { departureUrl } from './pushed-authorization.js';
import { proveRevocation } from './revocation-proof.js';
import type { RevocationReceipt } from './revocation-receipt.js';
import { asEitherClient, asKnown } from './either-client.js';
import { serviceSecretsOf } from './template-values.js';
import { readAnswer } from './token-answer.js';
import type { ReadingContext } from './token-answer.js';
import type { TokenGrant } from './token-grant.js';
import { revokeTokens } from './token-revocation.js';
import type { RevocableTokens } from './token-revocation.js';
import { testToken } from './token-test.js';
import type { TestedToken, TestResult } from './token-test.js';
import { type Turn, Wire } from './wire.js';

export type { TestResult } from './token-test.js';

/**
 * The only place that speaks OAuth. Sending and reading are apart, so that an answer can be kept safe before anything is made of it.
 * Every request is sent once: nothing here tries again, probes another way, or follows a redirect. See Wire for the one exception.
 * Nothing is sent to a frozen target.
 */
@Injectable()
export class TokenEndpoint {
  private readonly wire: Wire;

  constructor(
    private readonly egress: Egress,
    /** Without it this machine's clock counts. */
    @Optional() private readonly clock?: DatabaseClock,
  ) {
    this.wire = new Wire(egress);
  }

  /** RFC 8414, then OpenID Connect Discovery. @throws DiscoveryFailed */
  metadata(issuer: string): Promise<FoundMetadata> {
    return fetchMetadata(this.egress, issuer);
  }

  /** Null where the manifest says that the provider breaks on PKCE. */
  drawPkce(target: OAuthTarget): Promise<Pkce | null> {
    return drawPkce(target);
  }

  /** A key for a new grant, where the manifest says that its tokens are bound to one (RFC 9449); else null. */
  async drawDpopKey({ manifest }: Pick<OAuthTarget, 'manifest'>): Promise<DrawnKey | null> {
    return manifest.dpop ? drawSigningKey(manifest.dpop.algorithm) : null;
  }

  /** Where a browser would be sent, if nothing were pushed beforehand. @throws TokenFault */
  authorizationUrl(target: OAuthTarget, question: AuthorizationQuestion): URL {
    return authorizationUrl(target, question);
  }

  /** Where a browser is sent to consent; asks the provider for a reference first, where the manifest says so. @throws TokenFault */
  async departureUrl(target: OAuthTarget, question: AuthorizationQuestion): Promise<URL> {
    assertNotFrozen(target);
    return departureUrl(this.wire, target, question);
  }

  /** @throws TokenFault */
  readCallback(target: OAuthTarget, parameters: URLSearchParams): Callback {
    return readCallback(target, parameters);
  }

  /** Instead of `readCallback` where no code comes. @throws TokenFault */
  readConsent(target: OAuthTarget, parameters: URLSearchParams): Pick<Callback, 'parameters'> {
    return readConsent(target, parameters);
  }

  /** By name, what a consent told that later requests are made with. */
  capturedOf({ manifest }: OAuthTarget, consent: Pick<Callback, 'parameters'>): Record<string, unknown> {
    return capturedOfCallback(manifest, consent);
  }

  /** RFC 6749 section 4.1.3. @throws TokenFault where no whole answer came */
  async sendExchange(
    target: OAuthTarget,
    { callback, codeVerifier }: { callback: Callback; codeVerifier: Secret | null },
  ): Promise<RawAnswer> {
    assertNotFrozen(target);
    const [code, verifier] = [callback.code.reveal(), codeVerifier?.reveal()];
    return asEitherClient(target, async (client) => {
      const request = await exchangeRequest(client, { callback, codeVerifier });
      return this.stamped(await this.wire.send({ step: 'exchange', request }, secretsOf(target, code, verifier)));
    });
  }

  /** RFC 6749 section 6; no scope, so that never more is asked for than was granted. @throws TokenFault where no whole answer came */
  async sendRefresh(target: OAuthTarget, grant: RefreshableGrant, turn: Turn = {}): Promise<RawAnswer> {
    assertNotFrozen(target);
    const request = await refreshRequest(target, grant);
    const secrets = secretsOf(target, grant.refreshToken?.reveal(), grant.accessToken?.reveal());
    // Of a request that was lost on a connection just being closed nothing was read: where it may be sent again, nothing is lost (decision 49).
    const keptConnection = target.manifest.refresh?.indeterminate !== 'reauthorize';
    return this.stamped(
      await this.wire.send({ step: 'refresh', request, sending: { ...turn, keptConnection } }, secrets),
    );
  }

  /** A token without a user, by the manifest's grant: the first one and every later one alike. @throws TokenFault where no whole answer came */
  async sendIssue(
    target: OAuthTarget,
    { scopes, ...issue }: Omit<Issue, 'scope'> & { scopes: readonly string[] },
    turn: Turn = {},
  ): Promise<RawAnswer> {
    assertNotFrozen(target);
    const secrets = secretsOf(target, issue.subjectToken?.reveal(), issue.actorToken?.reveal());
    return asEitherClient(target, async (client) => {
      const request = await issueRequest(client, { ...issue, scope: scopeOf(target.manifest, scopes) });
      const sending = { ...turn, keptConnection: true };
      return this.stamped(await this.wire.send({ step: 'issue', request, sending }, secrets));
    });
  }

  /** RFC 8628 section 3.1. @throws TokenFault where no whole answer came */
  async sendDevice(target: OAuthTarget, scopes: readonly string[]): Promise<RawAnswer> {
    assertNotFrozen(target);
    return asEitherClient(target, async (client) => {
      const request = await deviceRequest(client, scopes);
      return this.wire.send({ step: 'device', request }, secretsOf(target));
    });
  }

  /** @throws TokenFault for whatever is no device authorization */
  readDevice(target: OAuthTarget, answer: RawAnswer): Promise<DeviceAuthorization> {
    return readDeviceAnswer(target, answer);
  }

  /** RFC 8628 section 3.4: whether the user has agreed. @throws TokenFault where no whole answer came */
  async sendPoll(target: OAuthTarget, deviceCode: Secret, scopes: readonly string[]): Promise<RawAnswer> {
    assertNotFrozen(target);
    return asEitherClient(target, async (client) => {
      const request = await pollRequest(client, deviceCode, scopes);
      return this.wire.send({ step: 'poll', request }, secretsOf(target, deviceCode.reveal()));
    });
  }

  /** Whether the provider took our client, as far as an answer says so. */
  clientVerdict(target: OAuthTarget, answer: RawAnswer): ClientVerdict {
    return clientVerdict(target, answer);
  }

  /** The manifest's requests after an exchange or a refresh. @throws TokenFault after an exchange, where a required one failed */
  followUp(target: OAuthTarget, grant: TokenGrant, after: After): Promise<Followed> {
    return followUp(this.wire, asKnown(target), { grant, after });
  }

  /** No I/O; the same answer always reads the same. @throws TokenFault for whatever is no grant */
  readAnswer(target: OAuthTarget, answer: RawAnswer, context: ReadingContext): Promise<TokenGrant> {
    return readAnswer(target, answer, context);
  }

  /** Finds out whether what was revoked is dead, as far as the manifest knows a way. */
  proveRevocation(
    target: OAuthTarget,
    revoked: { tokens: RevocableTokens; receipt: RevocationReceipt },
  ): Promise<RevocationReceipt> {
    return proveRevocation(this.wire, target, revoked);
  }

  /** RFC 7009, or what the manifest has instead. */
  async revoke(target: OAuthTarget, tokens: RevocableTokens): Promise<RevocationReceipt> {
    assertNotFrozen(target);
    return revokeTokens(this.wire, target, tokens);
  }

  async test(target: OAuthTarget, token: TestedToken): Promise<TestResult> {
    assertNotFrozen(target);
    return testToken(this.wire, target, token);
  }

  /** Lifetimes count from here, in every replica alike: by the database's clock, not by this machine's. */
  private stamped(answer: RawAnswer): RawAnswer {
    return this.clock ? { ...answer, receivedAt: this.clock.now().toISOString() } : answer;
  }
}

function secretsOf(target: OAuthTarget, ...values: (string | undefined)[]): string[] {
  return [...serviceSecretsOf(target), ...values].filter((value) => value !== undefined);
}
