import { Injectable } from '@nestjs/common';
import { ApiServices } from '../api-services/api-services.js';
import { type Belonging, Connections } from '../connections/connections.js';
import { TokenEndpoint } from '../token-endpoint/token-endpoint.js';
import { TokenFault } from '../token-endpoint/token-fault.js';
import {
  AuthorizationFlows,
  type FinishedFlow,
  type FlowCookie,
  endpointsOf,
  sameEndpoints,
} from './authorization-flows.js';
import { AuthorizationLinks } from './authorization-links.js';
import { ConsentFailed, EndpointsChanged } from './authorization.errors.js';
import { GrantReceipt } from './grant-receipt.js';

export interface ConsentStart {
  /** The provider's authorization endpoint, with everything that it needs to know. */
  location: URL;
  cookie: FlowCookie;
}

export interface ConsentEnd {
  connectionId: string;
  returnUrl: string | null;
}

/** What the provider sent the browser back with. */
export interface CallbackVisit {
  slug: string;
  parameters: URLSearchParams;
  cookies: Record<string, string | undefined>;
}

/** The browser's leg of the authorization code grant (RFC 6749 section 4.1, RFC 7636, RFC 9700). */
@Injectable()
export class Consent {
  constructor(
    private readonly links: AuthorizationLinks,
    private readonly flows: AuthorizationFlows,
    private readonly connections: Connections,
    private readonly apiServices: ApiServices,
    private readonly endpoint: TokenEndpoint,
    private readonly receipt: GrantReceipt,
  ) {}

  /** @throws LinkSpent */
  async begin(ticket: string): Promise<ConsentStart> {
    const { connectionId, returnUrl } = await this.links.use(ticket);
    const { connection, apiService } = await this.connections.get(connectionId);
    this.apiServices.assertLiving(apiService);
    const target = this.apiServices.target(apiService, connection);
    const pkce = await this.endpoint.drawPkce(target);
    const scopes = connection.requestedScopes;
    const { state, cookie } = await this.flows.begin({
      connectionId,
      returnUrl,
      scopes,
      slug: apiService.slug,
      redirectUri: target.redirectUri,
      clientId: target.clientId,
      endpoints: endpointsOf({ connection, apiService }),
      codeVerifier: pkce?.verifier ?? null,
    });
    const location = this.endpoint.authorizationUrl(target, { state, scopes, codeChallenge: pkce?.challenge ?? null });
    return { location, cookie };
  }

  /** @throws ConsentFailed, TokenFault; either way its connection's timeline tells why */
  async finish(visit: CallbackVisit): Promise<ConsentEnd> {
    try {
      return await this.complete(visit);
    } catch (error) {
      if (error instanceof ConsentFailed && error.connectionId !== null)
        await this.receipt.turnedAway(error.connectionId, error);
      throw error;
    }
  }

  private async complete({ slug, parameters, cookies }: CallbackVisit): Promise<ConsentEnd> {
    const stateParameter = await this.apiServices.stateParameter(slug);
    const flow = await this.flows.finish(slug, parameters.get(stateParameter) ?? undefined, cookies);
    const belonging = await this.connections.get(flow.connectionId);
    try {
      await this.exchange(flow, belonging, parameters);
    } catch (error) {
      if (error instanceof TokenFault) await this.receipt.refused(belonging, error);
      throw error;
    }
    return { connectionId: flow.connectionId, returnUrl: flow.returnUrl };
  }

  private async exchange(flow: FinishedFlow, belonging: Belonging, parameters: URLSearchParams): Promise<void> {
    const { connection, apiService } = belonging;
    if (!sameEndpoints(flow.endpoints, endpointsOf(belonging)) || flow.clientId !== apiService.clientId)
      throw new EndpointsChanged().of(flow.connectionId);
    // RFC 6749 section 4.1.3: the very redirect_uri of the authorization request, whatever our own address is by now.
    const target = { ...this.apiServices.target(apiService, connection), redirectUri: flow.redirectUri };
    const callback = this.endpoint.readCallback(target, parameters);
    const answer = await this.endpoint.sendExchange(target, { callback, codeVerifier: flow.codeVerifier });
    const first = await this.endpoint.readAnswer(target, answer, { requestedScopes: flow.scopes, callback });
    const { grant, trace } = await this.endpoint.followUp(target, first, 'exchange');
    await this.receipt.accepted(belonging, grant, { ...answer, trace: [...answer.trace, ...trace] });
  }
}
