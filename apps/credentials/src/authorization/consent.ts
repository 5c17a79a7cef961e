import { Injectable } from '@nestjs/common';
import { bringsCode } from '@lockkeeper/manifests';
import { isUUID } from 'class-validator';
import { ApiServices } from '../api-services/api-services.js';
import { askedFor, SecretLending } from '../client-trials/secret-lending.js';
import { ConnectionNotFound } from '../connections/connection.errors.js';
import { type Belonging, Connections } from '../connections/connections.js';
import type { OAuthTarget } from '../token-endpoint/oauth-target.js';
import { TokenEndpoint } from '../token-endpoint/token-endpoint.js';
import { explained } from '../token-endpoint/explanation.js';
import { callbackStep, type TraceStep } from '../token-endpoint/trace.js';
import { TokenFault } from '../token-endpoint/token-fault.js';
import { AuthorizationFlows, type FinishedFlow, endpointsOf, sameEndpoints } from './authorization-flows.js';
import { EndpointsChanged } from './authorization.errors.js';
import { GrantReceipt } from './grant-receipt.js';

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
    private readonly flows: AuthorizationFlows,
    private readonly connections: Connections,
    private readonly apiServices: ApiServices,
    private readonly endpoint: TokenEndpoint,
    private readonly receipt: GrantReceipt,
    private readonly lending: SecretLending,
  ) {}

  /** @throws ConsentFailed, TokenFault; either way its connection's timeline tells why */
  finish(visit: CallbackVisit): Promise<ConsentEnd> {
    return this.receipt.telling(() => this.complete(visit));
  }

  /** The name of what a connection is of; null for what is none, or isn't connected. Its user is nobody's business here. */
  async connectedService(connectionId: string | undefined): Promise<string | null> {
    if (connectionId === undefined || !isUUID(connectionId)) return null;
    const belonging = await this.connections.get(connectionId).catch((error: unknown) => {
      if (error instanceof ConnectionNotFound) return null;
      throw error;
    });
    return belonging?.connection.status === 'active' ? belonging.apiService.name : null;
  }

  private async complete({ slug, parameters, cookies }: CallbackVisit): Promise<ConsentEnd> {
    const stateParameter = await this.apiServices.stateParameter(slug);
    const flow = await this.flows.finish(slug, parameters.get(stateParameter) ?? undefined, cookies);
    const belonging = await this.connections.get(flow.connectionId);
    const back = callbackStep(flow.redirectUri, parameters);
    try {
      await this.exchange({ flow, back }, belonging, parameters);
    } catch (error) {
      if (error instanceof TokenFault)
        await this.receipt.refused(belonging, this.explained(error, belonging, flow), back);
      throw error;
    }
    return { connectionId: flow.connectionId, returnUrl: flow.returnUrl };
  }

  private explained(fault: TokenFault, { apiService }: Belonging, { redirectUri, scopes }: FinishedFlow): TokenFault {
    return explained(fault, { ...this.apiServices.circumstances(apiService, scopes), redirectUri });
  }

  private async exchange(
    { flow, back }: { flow: FinishedFlow; back: TraceStep },
    belonging: Belonging,
    parameters: URLSearchParams,
  ): Promise<void> {
    const { connection, apiService } = belonging;
    if (!sameEndpoints(flow.endpoints, endpointsOf(belonging)) || flow.clientId !== apiService.clientId)
      throw new EndpointsChanged().of(flow.connectionId);
    // RFC 6749 section 4.1.3: the very redirect_uri of the authorization request, whatever our own address is by now.
    const { redirectUri, dpopKey } = flow;
    const target = { ...this.apiServices.target(apiService, connection), redirectUri, dpopKey };
    await this.lending.lend(askedFor(belonging), target, (lent) =>
      this.takeIn({ flow, back, target: lent }, belonging, parameters),
    );
  }

  private async takeIn(
    { flow, back, target }: { flow: FinishedFlow; back: TraceStep; target: OAuthTarget },
    belonging: Belonging,
    parameters: URLSearchParams,
  ): Promise<void> {
    const { answer, callback } = await this.ask(target, flow, parameters);
    const first = await this.endpoint.readAnswer(target, answer, { requestedScopes: flow.scopes, callback });
    const { grant, trace } = await this.endpoint.followUp(target, first, 'exchange');
    await this.receipt.accepted(belonging, {
      grant,
      answer: { ...answer, trace: [back, ...answer.trace, ...trace] },
      scopes: flow.scopes,
    });
  }

  /** By the code; or, where an admin's consent brings none, by our own credentials and by what the consent told. */
  private async ask(target: OAuthTarget, { codeVerifier, scopes }: FinishedFlow, parameters: URLSearchParams) {
    if (bringsCode(target.manifest)) {
      const callback = this.endpoint.readCallback(target, parameters);
      return { callback, answer: await this.endpoint.sendExchange(target, { callback, codeVerifier }) };
    }
    const callback = this.endpoint.readConsent(target, parameters);
    const captured = this.endpoint.capturedOf(target, callback);
    return { callback, answer: await this.endpoint.sendIssue(target, { scopes, captured }) };
  }
}
