import { Injectable, Logger } from '@nestjs/common';
import { Egress } from '@lockkeeper/egress';
import {
  type AuthorizationServer,
  AuthorizationResponseError,
  ClientSecretPost,
  type ClientAuth,
  None,
  ResponseBodyError,
  authorizationCodeGrantRequest,
  calculatePKCECodeChallenge,
  generateRandomCodeVerifier,
  generateRandomNonce,
  generateRandomState,
  getValidatedIdTokenClaims,
  processAuthorizationCodeResponse,
  validateApplicationLevelSignature,
  validateAuthResponse,
} from 'oauth4webapi';
import { IssuerMetadata, wayThrough } from './issuer-metadata.js';
import type { OpenIdSettings } from './openid.settings.js';
import { OpenIdRefused, OpenIdUnavailable } from './sign-in.errors.js';

/** What has to be known again when the browser comes back. */
export interface OpenIdFlow {
  state: string;
  nonce: string;
  codeVerifier: string;
}

export type IdTokenClaims = Readonly<Record<string, unknown>> & { iss: string; sub: string };

/** The organisation's OpenID provider as its client sees it: OpenID Connect Core 1.0 section 3.1, with PKCE (RFC 7636). */
@Injectable()
export class OpenIdProvider {
  private readonly logger = new Logger('sign-in');
  private readonly metadata: IssuerMetadata;

  constructor(
    private readonly settings: OpenIdSettings,
    private readonly redirectUri: string,
    private readonly egress: Egress,
  ) {
    this.metadata = new IssuerMetadata(settings.issuer, egress);
  }

  /** @throws OpenIdUnavailable */
  async begin(): Promise<{ flow: OpenIdFlow; location: string }> {
    const { clientId, scopes } = this.settings;
    const server = await this.server();
    const flow = {
      state: generateRandomState(),
      nonce: generateRandomNonce(),
      codeVerifier: generateRandomCodeVerifier(),
    };
    const location = new URL(server.authorization_endpoint!);
    const parameters = {
      client_id: clientId,
      response_type: 'code',
      redirect_uri: this.redirectUri,
      scope: ['openid', ...scopes].join(' '),
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await calculatePKCECodeChallenge(flow.codeVerifier),
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(parameters)) location.searchParams.set(name, value);
    return { flow, location: location.href };
  }

  /**
   * The claims of an ID token whose signature, issuer, audience, times and nonce were checked.
   * @throws OpenIdRefused, OpenIdUnavailable
   */
  async finish(answer: URLSearchParams, flow: OpenIdFlow): Promise<IdTokenClaims> {
    const server = await this.server();
    const client = { client_id: this.settings.clientId };
    try {
      const code = validateAuthResponse(server, client, answer, flow.state);
      const { codeVerifier, nonce } = flow;
      const response = await authorizationCodeGrantRequest(
        server,
        client,
        this.clientAuth,
        code,
        this.redirectUri,
        codeVerifier,
        wayThrough(this.egress),
      );
      const expected = { expectedNonce: nonce, requireIdToken: true };
      const tokens = await processAuthorizationCodeResponse(server, client, response, expected);
      await validateApplicationLevelSignature(server, response, wayThrough(this.egress));
      return getValidatedIdTokenClaims(tokens) as unknown as IdTokenClaims;
    } catch (error) {
      throw this.refusal(error);
    }
  }

  private get clientAuth(): ClientAuth {
    const { clientSecret } = this.settings;
    return clientSecret === null ? None() : ClientSecretPost(clientSecret.reveal());
  }

  private async server(): Promise<AuthorizationServer> {
    try {
      return await this.metadata.server();
    } catch (error) {
      throw new OpenIdUnavailable(this.settings.issuer, error);
    }
  }

  /** What the provider said is shown, as text; what else went wrong is for the log. */
  private refusal(error: unknown): OpenIdRefused {
    this.logger.warn({ event: 'openid_sign_in_failed', err: error });
    if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
      const said = error.error_description ? `: ${error.error_description}` : '';
      return new OpenIdRefused(`The provider answered \`${error.error}\`${said}.`, error);
    }
    return new OpenIdRefused('Its answer did not pass the checks that an ID token has to pass.', error);
  }
}
