import { Injectable } from '@nestjs/common';
import { reached } from '@lockkeeper/observability';
import { ApiServices } from '../api-services/api-services.js';
import { type Belonging, Connections } from '../connections/connections.js';
import type { Followed } from '../token-endpoint/follow-ups.js';
import type { RawAnswer } from '../token-endpoint/raw-answer.js';
import { explained } from '../token-endpoint/explanation.js';
import { TokenFault } from '../token-endpoint/token-fault.js';
import { AnswerSafe } from './answer-safe.js';
import type { BlankSheet } from './blank-sheet.js';
import type { FreshLease, Lease } from './leases.js';
import type { KeptLease } from './refresh-ledger.js';
import { NamedSettlement } from './named-settlement.js';
import { Renewal } from './renewal.js';
import { lostAnswer } from './rotation.errors.js';
import { Settlement } from './settlement.js';

/** What both settlements do; the lease tells which of them it is for. */
type Settling = Pick<Settlement, 'apply' | 'fail' | 'indeterminate' | 'withhold'>;

/** An answer, and for which lease. */
interface Answered {
  lease: Lease;
  belonging: Belonging;
  answer: RawAnswer;
}

/** An answer that is kept and read, with all that its manifest asks for after it: what is left to do is ours alone. */
export interface Read extends Answered {
  reading: Followed | TokenFault;
}

/** Carries out one lease: asks the provider, keeps the answer safe, reads it, settles. */
@Injectable()
export class Refresher {
  constructor(
    private readonly connections: Connections,
    private readonly renewal: Renewal,
    private readonly safe: AnswerSafe,
    private readonly settlement: Settlement,
    private readonly apiServices: ApiServices,
    private readonly named: NamedSettlement,
  ) {}

  /**
   * Ends with a settled lease, whatever the provider does; throws only if our own database does.
   * @param sheet where the answer goes if the database can't take it
   */
  async perform(lease: FreshLease, sheet: BlankSheet): Promise<void> {
    const read = await this.ask(lease, sheet);
    if (read !== null) await this.settle(read);
  }

  /** All that the provider has a part in. Null where nothing is left to do: no answer came, and the lease is settled, or its connection was forgotten. */
  async ask(lease: FreshLease, sheet: BlankSheet): Promise<Read | null> {
    const answered = await this.answerTo(lease, sheet);
    if (answered === null) return null;
    reached('after_answer');
    const isKept = await this.safe.keep(lease.ledgerId, answered.answer, sheet);
    reached('after_sealed_answer');
    if (isKept) return this.read(answered);
    await this.renewal.conclude(answered.belonging);
    return null;
  }

  /** The rest, for which nothing but our own database is needed. */
  async settle(read: Read): Promise<void> {
    await this.settleRead(read);
    reached('after_commit');
    await this.renewal.conclude(read.belonging);
  }

  /** Settles for somebody who did not come back, or once more what could not be read: by the answer that was kept, or as indeterminate. */
  async resume({ answer, ...lease }: KeptLease): Promise<void> {
    const belonging = await this.connections.get(lease.connectionId);
    if (answer === null) return this.settlementOf(lease).indeterminate(lease, belonging.apiService, lostAnswer());
    await this.settleRead(await this.read({ lease, belonging, answer }));
  }

  /** Null, and the sheet given back, where no answer came. */
  private async answerTo(lease: FreshLease, sheet: BlankSheet): Promise<Answered | null> {
    let belonging: Belonging | null = null;
    try {
      belonging = await this.connections.belongingOf(lease.seen);
      return { lease, belonging, answer: await this.renewal.ask(lease, belonging) };
    } catch (error) {
      this.safe.release(sheet);
      if (belonging === null) throw error;
      await this.settleUnanswered(lease, belonging, error);
      await this.renewal.conclude(belonging);
      return null;
    }
  }

  private async read({ lease, belonging, answer }: Answered): Promise<Read> {
    const reading = await this.renewal
      .read(lease, belonging, answer)
      .catch((error: unknown) => this.faultIn(error, belonging));
    return { lease, belonging, answer, reading };
  }

  private settleRead({ lease, belonging, answer, reading }: Read): Promise<void> {
    if (reading instanceof TokenFault) return this.settleUnread(lease, belonging, { fault: reading, answer });
    const { grant, trace } = reading;
    return this.settlementOf(lease).apply(lease, grant, { ...answer, trace: [...answer.trace, ...trace] });
  }

  /** Not a grant. Whether it is nothing at all, or one that the manifest misreads, decides whether the old refresh token may be tried again. */
  private async settleUnread(
    lease: Lease,
    belonging: Belonging,
    { fault, answer }: { fault: TokenFault; answer: RawAnswer },
  ): Promise<void> {
    const claimsSuccess = answer.status >= 200 && answer.status < 300 && fault.oauthError === null;
    if (this.renewal.mayHoldTheNext(lease, belonging, answer)) await this.settlementOf(lease).withhold(lease, fault);
    else if (claimsSuccess) await this.settlementOf(lease).indeterminate(lease, belonging.apiService, fault);
    else await this.settlementOf(lease).fail(lease, fault, belonging.apiService);
  }

  /** A token besides the connection's own is settled by itself. */
  private settlementOf(lease: Lease): Settling {
    return lease.tokenName === null ? this.settlement : (this.named as Settling);
  }

  /** Sent, and no whole answer came: the provider may have rotated the refresh token, and nobody knows. */
  private async settleUnanswered(lease: Lease, belonging: Belonging, error: unknown): Promise<void> {
    const fault = this.faultIn(error, belonging);
    if (fault.reachedProvider) await this.settlementOf(lease).indeterminate(lease, belonging.apiService, fault);
    else await this.settlementOf(lease).fail(lease, fault, belonging.apiService);
  }

  /** Explained. What isn't the provider's or the grant's doing isn't settled here: the lease runs out, and is taken up again. */
  private faultIn(error: unknown, { apiService, connection }: Belonging): TokenFault {
    if (!(error instanceof TokenFault)) throw error;
    const scopes = connection.scope?.split(' ') ?? connection.requestedScopes;
    return explained(error, this.apiServices.circumstances(apiService, scopes));
  }
}
