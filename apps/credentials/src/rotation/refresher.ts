import { Injectable } from '@nestjs/common';
import { ApiServices } from '../api-services/api-services.js';
import { type Belonging, Connections } from '../connections/connections.js';
import { GrantSeal } from '../connections/grant-seal.js';
import type { RawAnswer } from '../token-endpoint/raw-answer.js';
import { TokenEndpoint } from '../token-endpoint/token-endpoint.js';
import { TokenFault } from '../token-endpoint/token-fault.js';
import { AnswerSafe } from './answer-safe.js';
import type { AbandonedLease, Lease } from './refresh-ledger.js';
import { lostAnswer, nothingToRefresh } from './rotation.errors.js';
import { Settlement } from './settlement.js';

/** Carries out one lease: asks the provider, keeps the answer safe, reads it, settles. */
@Injectable()
export class Refresher {
  constructor(
    private readonly connections: Connections,
    private readonly apiServices: ApiServices,
    private readonly seal: GrantSeal,
    private readonly endpoint: TokenEndpoint,
    private readonly safe: AnswerSafe,
    private readonly settlement: Settlement,
  ) {}

  /** Ends with a settled lease, whatever the provider does; throws only if our own database does. */
  async perform(lease: Lease): Promise<void> {
    const belonging = await this.connections.get(lease.connectionId);
    try {
      const answer = await this.ask(belonging);
      await this.safe.keep(lease.ledgerId, answer);
      await this.read(lease, belonging, answer);
    } catch (error) {
      if (!(error instanceof TokenFault)) throw error;
      await this.settleFault(lease, belonging, error);
    }
  }

  /** Settles for somebody who did not come back: by the answer that was kept, or as indeterminate. */
  async resume({ answer, ...lease }: AbandonedLease): Promise<void> {
    const belonging = await this.connections.get(lease.connectionId);
    if (answer === null) return this.settlement.indeterminate(lease, belonging.apiService, lostAnswer());
    try {
      await this.read(lease, belonging, answer);
    } catch (error) {
      if (!(error instanceof TokenFault)) throw error;
      await this.settlement.fail(lease, error);
    }
  }

  private async ask({ connection, apiService }: Belonging): Promise<RawAnswer> {
    const { accessToken, refreshToken, captured } = this.seal.open(connection);
    if (refreshToken === null) throw nothingToRefresh();
    return this.endpoint.sendRefresh(this.apiServices.target(apiService), {
      accessToken,
      refreshToken,
      captured,
      scope: connection.scope,
    });
  }

  private async read(lease: Lease, { connection, apiService }: Belonging, answer: RawAnswer): Promise<void> {
    const { refreshToken, captured } = this.seal.open(connection);
    const previous = { refreshToken, captured, scope: connection.scope };
    const grant = await this.endpoint.readAnswer(this.apiServices.target(apiService), answer, { previous });
    await this.settlement.apply(lease, grant, answer);
  }

  private settleFault(lease: Lease, { apiService }: Belonging, fault: TokenFault): Promise<void> {
    // Sent, and no answer came: the provider may have rotated the refresh token, and nobody knows.
    const unanswered = fault.owner === 'network' && fault.reachedProvider;
    return unanswered ? this.settlement.indeterminate(lease, apiService, fault) : this.settlement.fail(lease, fault);
  }
}
