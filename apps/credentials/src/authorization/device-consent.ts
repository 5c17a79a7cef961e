import { Injectable } from '@nestjs/common';
import { ApiServices } from '../api-services/api-services.js';
import { askedFor, SecretLending } from '../client-trials/secret-lending.js';
import { type Belonging, Connections } from '../connections/connections.js';
import type { OAuthTarget } from '../token-endpoint/oauth-target.js';
import { TokenEndpoint } from '../token-endpoint/token-endpoint.js';
import { explained } from '../token-endpoint/explanation.js';
import { TokenFault } from '../token-endpoint/token-fault.js';
import { endpointsOf, sameEndpoints } from './authorization-flows.js';
import { EndpointsChanged, NotADevice } from './authorization.errors.js';
import { DeviceAuthorizations, type DuePoll } from './device-authorizations.js';
import { nextPoll } from './device-patience.js';
import { GrantReceipt } from './grant-receipt.js';

/** The device grant (RFC 8628): a code is shown here, typed at the provider, and asked for until it was. */
@Injectable()
export class DeviceConsent {
  constructor(
    private readonly connections: Connections,
    private readonly apiServices: ApiServices,
    private readonly endpoint: TokenEndpoint,
    private readonly devices: DeviceAuthorizations,
    private readonly receipt: GrantReceipt,
    private readonly lending: SecretLending,
  ) {}

  /** @throws ConnectionNotFound, ApiServiceNotFound, NotADevice, TokenFault */
  async begin(belonging: Belonging, returnUrl: string | null) {
    const { connection, apiService } = belonging;
    this.apiServices.assertLiving(apiService);
    if (apiService.manifest.grant !== 'device_code') throw new NotADevice(apiService.slug);
    const target = this.apiServices.target(apiService, connection);
    const scopes = connection.requestedScopes;
    const authorization = await this.telling(belonging, async () => {
      const send = (lent: OAuthTarget) => this.endpoint.sendDevice(lent, scopes);
      const answer = await this.lending.lend(askedFor(belonging), target, send);
      return this.endpoint.readDevice(target, answer);
    });
    const endpoints = endpointsOf(belonging);
    const dpopKey = (await this.endpoint.drawDpopKey(target))?.privateKey ?? null;
    return this.devices.begin({ connectionId: connection.id, scopes, endpoints, returnUrl, authorization, dpopKey });
  }

  /** One poll, and what follows from it; throws only what our own database does. */
  async poll(due: DuePoll): Promise<void> {
    const belonging = await this.connections.get(due.connectionId);
    try {
      await this.receipt.telling(() => this.ask(due, belonging));
      await this.devices.end(due.id, 'authorized');
    } catch (error) {
      if (error instanceof TokenFault) return this.settle(due, belonging, error);
      await this.devices.end(due.id, 'failed');
      throw error;
    }
  }

  /** Its user took too long. */
  async expired({ id, connectionId }: { id: string; connectionId: string }): Promise<void> {
    await this.receipt.deviceExpired(connectionId);
    await this.devices.end(id, 'expired');
  }

  private async ask({ deviceCode, dpopKey, scopes, endpoints }: DuePoll, belonging: Belonging): Promise<void> {
    const { connection, apiService } = belonging;
    if (!sameEndpoints(endpoints, endpointsOf(belonging))) throw new EndpointsChanged().of(connection.id);
    const target = { ...this.apiServices.target(apiService, connection), dpopKey };
    await this.lending.lend(askedFor(belonging), target, (lent) =>
      this.takeIn(lent, { deviceCode, scopes }, belonging),
    );
  }

  private async takeIn(
    target: OAuthTarget,
    { deviceCode, scopes }: Pick<DuePoll, 'deviceCode' | 'scopes'>,
    belonging: Belonging,
  ): Promise<void> {
    const answer = await this.endpoint.sendPoll(target, deviceCode, scopes);
    const first = await this.endpoint.readAnswer(target, answer, { requestedScopes: scopes });
    const { grant, trace } = await this.endpoint.followUp(target, first, 'exchange');
    await this.receipt.accepted(belonging, {
      grant,
      answer: { ...answer, trace: [...answer.trace, ...trace] },
      scopes,
    });
  }

  private async settle(due: DuePoll, belonging: Belonging, fault: TokenFault): Promise<void> {
    const next = nextPoll(due, fault);
    if ('wait' in next) return this.devices.postpone(due.id, next.wait);
    // Told first: whoever sees that it has ended finds the reason, and a process that dies in between tells it twice rather than never.
    await this.refused(belonging, fault);
    await this.devices.end(due.id, next.end);
  }

  private async refused(belonging: Belonging, fault: TokenFault): Promise<void> {
    const { connection, apiService } = belonging;
    const circumstances = this.apiServices.circumstances(apiService, connection.requestedScopes);
    await this.receipt.refused(belonging, explained(fault, circumstances));
  }

  private async telling<T>(belonging: Belonging, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof TokenFault) await this.refused(belonging, error);
      throw error;
    }
  }
}
