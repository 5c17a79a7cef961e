import { Injectable } from '@nestjs/common';
import { isRefreshable } from '@lockkeeper/manifests';
import { ApiServices } from '../api-services/api-services.js';
import { type Belonging, Connections } from '../connections/connections.js';
import { GrantSeal } from '../connections/grant-seal.js';
import type { RawAnswer } from '../token-endpoint/raw-answer.js';
import { TokenEndpoint } from '../token-endpoint/token-endpoint.js';
import { TokenFault } from '../token-endpoint/token-fault.js';
import { AnswerSafe } from './answer-safe.js';
import type { AbandonedLease, Lease } from './refresh-ledger.js';
import { lostAnswer, nothingToRefresh } from './rotation.errors.js';
import type { Followed } from '../token-endpoint/follow-ups.js';
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
    const answer = await this.ask(belonging).catch((error: unknown) => this.settleUnanswered(lease, belonging, error));
    if (!answer) return;
    await this.safe.keep(lease.ledgerId, answer);
    await this.settleAnswered(lease, belonging, answer);
  }

  /** Settles for somebody who did not come back: by the answer that was kept, or as indeterminate. */
  async resume({ answer, ...lease }: AbandonedLease): Promise<void> {
    const belonging = await this.connections.get(lease.connectionId);
    if (answer === null) return this.settlement.indeterminate(lease, belonging.apiService, lostAnswer());
    await this.settleAnswered(lease, belonging, answer);
  }

  private async ask({ connection, apiService }: Belonging): Promise<RawAnswer> {
    const { accessToken, refreshToken, captured } = this.seal.open(connection);
    if (!isRefreshable(apiService.manifest, { accessToken, refreshToken })) throw nothingToRefresh();
    return this.endpoint.sendRefresh(this.apiServices.target(apiService, connection), {
      accessToken,
      refreshToken,
      captured,
      scope: connection.scope,
    });
  }

  private async settleAnswered(lease: Lease, belonging: Belonging, answer: RawAnswer): Promise<void> {
    try {
      const { grant, trace } = await this.read(belonging, answer);
      await this.settlement.apply(lease, grant, { ...answer, trace: [...answer.trace, ...trace] });
    } catch (error) {
      await this.settlement.fail(lease, faultIn(error));
    }
  }

  private async read({ connection, apiService }: Belonging, answer: RawAnswer): Promise<Followed> {
    const { scope, tokenType } = connection;
    const target = this.apiServices.target(apiService, connection);
    const previous = { ...this.seal.open(connection), scope, tokenType };
    const grant = await this.endpoint.readAnswer(target, answer, { previous });
    return this.endpoint.followUp(target, grant, 'refresh');
  }

  /** Sent, and no whole answer came: the provider may have rotated the refresh token, and nobody knows. */
  private async settleUnanswered(lease: Lease, { apiService }: Belonging, error: unknown): Promise<null> {
    const fault = faultIn(error);
    if (fault.reachedProvider) await this.settlement.indeterminate(lease, apiService, fault);
    else await this.settlement.fail(lease, fault);
    return null;
  }
}

/** What isn't the provider's or the grant's doing isn't settled here: the lease runs out, and is taken up again. */
function faultIn(error: unknown): TokenFault {
  if (error instanceof TokenFault) return error;
  throw error;
}
