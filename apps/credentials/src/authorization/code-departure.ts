import { Injectable } from '@nestjs/common';
import { ApiServices } from '../api-services/api-services.js';
import { askedFor, SecretLending } from '../client-trials/secret-lending.js';
import type { Belonging } from '../connections/connections.js';
import type { OAuthTarget } from '../token-endpoint/oauth-target.js';
import { TokenEndpoint } from '../token-endpoint/token-endpoint.js';
import { TokenFault } from '../token-endpoint/token-fault.js';
import { AuthorizationFlows, endpointsOf } from './authorization-flows.js';
import { GrantReceipt } from './grant-receipt.js';
import type { BindingCookie } from './ticket.js';

/** To the provider's authorization endpoint (RFC 6749 section 4.1.1). */
@Injectable()
export class CodeDeparture {
  constructor(
    private readonly flows: AuthorizationFlows,
    private readonly apiServices: ApiServices,
    private readonly endpoint: TokenEndpoint,
    private readonly receipt: GrantReceipt,
    private readonly lending: SecretLending,
  ) {}

  /** @throws ApiServiceNotFound, TokenFault */
  async begin(
    { connection, apiService }: Belonging,
    returnUrl: string | null,
  ): Promise<{ location: string; cookie: BindingCookie }> {
    this.apiServices.assertLiving(apiService);
    const target = this.apiServices.target(apiService, connection);
    const pkce = await this.endpoint.drawPkce(target);
    const key = await this.endpoint.drawDpopKey(target);
    const scopes = connection.requestedScopes;
    const { state, cookie } = await this.flows.begin({
      connectionId: connection.id,
      returnUrl,
      scopes,
      slug: apiService.slug,
      redirectUri: target.redirectUri,
      clientId: target.clientId,
      endpoints: endpointsOf({ connection, apiService }),
      codeVerifier: pkce?.verifier ?? null,
      dpopKey: key?.privateKey ?? null,
    });
    const dpopThumbprint = key?.publicKey.kid ?? null;
    const question = { state, scopes, codeChallenge: pkce?.challenge ?? null, dpopThumbprint };
    const depart = (lent: OAuthTarget) => this.endpoint.departureUrl(lent, question);
    const asked = this.lending.lend(askedFor({ connection, apiService }), target, depart);
    const location = await asked.catch(async (error: unknown) => {
      if (error instanceof TokenFault) await this.receipt.refused({ connection, apiService }, error);
      throw error;
    });
    await this.receipt.started(connection.id, location);
    return { location: location.href, cookie };
  }
}
