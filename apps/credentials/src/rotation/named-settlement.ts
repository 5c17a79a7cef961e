import { Injectable, Logger } from '@nestjs/common';
import { DatabaseClock } from '@lockkeeper/database';
import type { Belonging } from '../connections/connections.js';
import { GrantSeal } from '../connections/grant-seal.js';
import { momentsOf } from '../connections/named-states.js';
import { Notices } from '../notices/notices.js';
import { Revocations } from '../revocation/revocations.js';
import type { RawAnswer } from '../token-endpoint/raw-answer.js';
import type { TokenFault } from '../token-endpoint/token-fault.js';
import { namedTokenOf, type TokenGrant } from '../token-endpoint/token-grant.js';
import { backoffSeconds } from './backoff.js';
import { FencedSettlement } from './fenced-settlement.js';
import type { Lease } from './leases.js';
import { ProviderStanding } from './provider-standing.js';
import type { LedgerOutcome } from './refresh-ledger.js';
import { READ_AGAIN } from './rotation.errors.js';
import { CLIENT_FAULT_WAIT_SECONDS, faultOf, NO_TURN_WAIT_SECONDS, NOT_BEGUN, told } from './settling.js';

/** A lease of one named token. What becomes of it changes nothing about the connection's other tokens. */
type NamedLease = Lease & { tokenName: string };

/** As Settlement, for a token besides the connection's own: it rotates, fails and ends by itself. */
@Injectable()
export class NamedSettlement {
  private readonly logger = new Logger('rotation');

  constructor(
    private readonly fenced: FencedSettlement,
    private readonly seal: GrantSeal,
    private readonly revocations: Revocations,
    private readonly notices: Notices,
    private readonly standing: ProviderStanding,
    private readonly clock: DatabaseClock,
  ) {}

  async apply(lease: NamedLease, grant: TokenGrant, answer: RawAnswer): Promise<void> {
    const { tokenName: name, connectionId, cause } = lease;
    const issuedAt = new Date(answer.receivedAt);
    let isApplied = false;
    const change = async ({ connection, apiService }: Belonging, manager: Parameters<Notices['open']>[0]) => {
      isApplied = true;
      await this.revocations.supersedeNamed(manager, { connection, apiService }, name);
      const namedTokens = this.seal.openNamed(connection);
      const fresh = namedTokenOf(grant, answer.receivedAt);
      const authorizedAt = connection.authorizedAt ?? issuedAt;
      connection.rotateNamed(
        name,
        {
          sealed: this.seal.sealNamed(connection.id, { ...namedTokens, [name]: fresh }),
          moments: momentsOf(apiService.manifest, fresh, { issuedAt, authorizedAt }),
        },
        this.clock.now(),
      );
      const detail = `Token ${name}: version ${connection.version} (${cause}).`;
      return { publish: 'rotated' as const, event: 'rotated', detail, steps: answer.trace };
    };
    const brought = { grant, receivedAt: answer.receivedAt };
    const { apiService } = await this.fenced.settle({ lease, outcome: 'applied', change, brought });
    await this.standing.accepted(apiService);
    this.logger.log({ event: isApplied ? 'token_rotated' : 'refresh_outrun', connectionId, token: name, cause });
  }

  async fail(lease: NamedLease, fault: TokenFault, asked: Belonging['apiService']): Promise<void> {
    if (NOT_BEGUN.includes(fault.code)) {
      await this.wait(lease, fault, { outcome: 'unsent', seconds: NO_TURN_WAIT_SECONDS });
      return;
    }
    if (fault.owner === 'grant') return this.lapse(lease, fault, 'refused');
    if (fault.owner !== 'client') return this.retryLater(lease, fault, 'failed');
    await this.wait(lease, fault, { outcome: 'refused', seconds: CLIENT_FAULT_WAIT_SECONDS });
    await this.standing.refused(asked, fault);
  }

  async indeterminate(lease: NamedLease, { manifest }: Belonging['apiService'], fault: TokenFault): Promise<void> {
    if (manifest.refresh?.indeterminate === 'reauthorize') await this.lapse(lease, fault, 'indeterminate');
    else await this.retryLater(lease, fault, 'indeterminate');
  }

  /** The answer, in the ledger, may be the only place where its next refresh token is: nothing is tried by itself any more. */
  async withhold(lease: NamedLease, fault: TokenFault): Promise<void> {
    await this.failed(lease, { ...told(fault), hint: READ_AGAIN }, { outcome: 'unread', fault, retryAt: null });
  }

  private async retryLater(lease: NamedLease, fault: TokenFault, outcome: LedgerOutcome): Promise<void> {
    const { retryAfterSeconds } = fault;
    const jitter = Math.random();
    const retryAt = (failures: number): Date =>
      this.inSeconds(backoffSeconds({ failures, jitter, retryAfterSeconds, remainingSeconds: null }));
    const apiService = await this.failed(lease, told(fault), { outcome, fault, retryAt: fault.final ? null : retryAt });
    await this.standing.failed(apiService, fault);
  }

  private async failed(
    lease: NamedLease,
    words: ReturnType<typeof told>,
    {
      outcome,
      fault,
      retryAt,
    }: { outcome: LedgerOutcome; fault: TokenFault; retryAt: ((failures: number) => Date) | null },
  ) {
    const name = lease.tokenName;
    const change = ({ connection }: Belonging) => {
      const failures = connection.namedStates?.tokens[name]?.failures ?? 0;
      connection.failNamed(
        name,
        { fault: faultOf(fault, this.clock.now()), retryAt: retryAt?.(failures) ?? null },
        this.clock.now(),
      );
      return { publish: null, event: 'refresh_failed', ...words, detail: `Token ${name}: ${words.detail}` };
    };
    return (await this.fenced.settle({ lease, outcome, change })).apiService;
  }

  private async wait(
    lease: NamedLease,
    fault: TokenFault,
    { outcome, seconds }: { outcome: LedgerOutcome; seconds: number },
  ) {
    const change = ({ connection }: Belonging) => {
      connection.postponeNamed(lease.tokenName, this.inSeconds(seconds), this.clock.now());
      return { publish: null, event: 'refresh_refused', ...told(fault) };
    };
    return (await this.fenced.settle({ lease, outcome, change })).apiService;
  }

  /** This token's part of the grant is dead; the others live. */
  private async lapse(lease: NamedLease, fault: TokenFault, outcome: LedgerOutcome): Promise<void> {
    const { tokenName: name, connectionId } = lease;
    const change = async ({ connection }: Belonging, manager: Parameters<Notices['open']>[0]) => {
      const { [name]: _dead, ...living } = this.seal.openNamed(connection);
      connection.lapseNamed(
        name,
        { fault: faultOf(fault, this.clock.now()), sealed: this.seal.sealNamed(connection.id, living) },
        this.clock.now(),
      );
      await this.notices.open(manager, connection, {
        reason: `Token ${name}: ${fault.detail}`,
        requestedBy: 'rotation',
      });
      connection.askConsumers(`Token ${name}: ${fault.detail}`);
      return {
        publish: 'notice' as const,
        event: 'named_token_lapsed',
        ...told(fault),
        detail: `Token ${name}: ${fault.detail}`,
      };
    };
    await this.fenced.settle({ lease, outcome, change });
    this.logger.warn({ event: 'reauthorization_notice', connectionId, token: name, reason: fault.detail });
  }

  private inSeconds(seconds: number): Date {
    return new Date(this.clock.now().getTime() + seconds * 1000);
  }
}
