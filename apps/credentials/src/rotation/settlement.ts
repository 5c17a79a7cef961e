import { Injectable, Logger } from '@nestjs/common';
import { DatabaseClock } from '@lockkeeper/database';
import type { ApiService } from '../api-services/api-service.entity.js';
import { type Connection, isOver } from '../connections/connection.entity.js';
import type { Belonging } from '../connections/connections.js';
import { GrantSeal } from '../connections/grant-seal.js';
import { lostScopes, scopeReduced } from '../connections/lost-scopes.js';
import type { Change } from '../connections/transitions.js';
import { Notices } from '../notices/notices.js';
import { Revocations } from '../revocation/revocations.js';
import type { RawAnswer } from '../token-endpoint/raw-answer.js';
import type { TokenFault } from '../token-endpoint/token-fault.js';
import { acceptance } from '../token-endpoint/acceptance.js';
import type { TokenGrant } from '../token-endpoint/token-grant.js';
import { nextTry } from './backoff.js';
import { decided } from '../token-endpoint/trace.js';
import { FencedSettlement } from './fenced-settlement.js';
import type { Lease } from './leases.js';
import { ProviderStanding } from './provider-standing.js';
import type { LedgerOutcome } from './refresh-ledger.js';
import { READ_AGAIN } from './rotation.errors.js';
import { CLIENT_FAULT_WAIT_SECONDS, faultOf, NO_TURN_WAIT_SECONDS, NOT_BEGUN, told } from './settling.js';

/** Decides what came of a lease, and closes it: one transaction, and only while the lease's fence holds. */
@Injectable()
export class Settlement {
  private readonly logger = new Logger('rotation');

  constructor(
    private readonly fenced: FencedSettlement,
    private readonly seal: GrantSeal,
    private readonly revocations: Revocations,
    private readonly notices: Notices,
    private readonly standing: ProviderStanding,
    private readonly clock: DatabaseClock,
  ) {}

  async apply(lease: Lease, grant: TokenGrant, answer: RawAnswer): Promise<void> {
    const issuedAt = new Date(answer.receivedAt);
    let isApplied = false;
    const change: Change = async ({ connection, apiService }, manager) => {
      isApplied = true;
      await this.revocations.supersede(manager, { connection, apiService });
      const begins = lease.cause === 'issue' || connection.version === 0;
      const origin = {
        apiService,
        issuedAt,
        authorizedAt: begins ? issuedAt : (connection.authorizedAt ?? issuedAt),
        keptRefreshTokenExpiresAt: connection.refreshTokenExpiresAt,
        previous: begins ? null : { diesAt: connection.diesAt },
      };
      const wanted = begins ? connection.requestedScopes : (connection.scope?.split(' ') ?? []);
      const lost = lostScopes(apiService.manifest, wanted, grant.scope);
      const sealed = this.seal.seal(connection, grant, origin);
      if (begins) {
        connection.authorize(sealed, this.clock.now());
        await this.notices.close(manager, connection.id);
      } else connection.rotate(sealed, this.clock.now());
      if (lost.length > 0) connection.reduceScope(lost);
      return {
        ...(begins ? begun(connection) : rotated(connection, lease)),
        steps: decided(answer.trace, acceptance(grant)),
        besides: lost.length > 0 ? [scopeReduced(lost)] : [],
      };
    };
    const brought = { grant, receivedAt: answer.receivedAt };
    const { apiService } = await this.fenced.settle({ lease, outcome: 'applied', change, brought });
    await this.standing.accepted(apiService);
    const { connectionId, supersededVersion: superseded, cause } = lease;
    // Outrun: the connection went on without it, and the answer stays in the ledger; or it ended, and what came is revoked.
    this.logger.debug({ event: isApplied ? 'token_rotated' : 'refresh_outrun', connectionId, superseded, cause });
  }

  /** @param asked the API service as it was when its provider was asked */
  async fail(lease: Lease, fault: TokenFault, asked: ApiService): Promise<void> {
    this.tell('refresh_failed', lease, fault);
    if (NOT_BEGUN.includes(fault.code)) await this.handBack(lease, fault);
    else if (fault.owner === 'grant') await this.lapse(lease, fault);
    else if (fault.owner === 'client') await this.refuse(lease, fault, asked);
    else await this.retryLater(lease, fault);
  }

  /** Nobody knows whether the provider acted; the manifest says what is the smaller harm. */
  async indeterminate(lease: Lease, { manifest }: Belonging['apiService'], fault: TokenFault): Promise<void> {
    this.tell('refresh_indeterminate', lease, fault);
    if (manifest.refresh?.indeterminate === 'reauthorize') await this.lapse(lease, fault, 'indeterminate');
    else await this.retryLater(lease, fault, 'indeterminate');
  }

  /** The answer may be the only place where the next refresh token is: it stays in the ledger, and nothing is tried until somebody decides. */
  async withhold(lease: Lease, fault: TokenFault): Promise<void> {
    this.tell('refresh_unread', lease, fault);
    await this.settleFailure(lease, { outcome: 'unread', fault }, ({ connection }) => {
      const wasActive = connection.status === 'active';
      connection.withhold(
        { ...faultOf(fault, this.clock.now()), code: 'answer_unread', hint: READ_AGAIN },
        lease.ledgerId,
        this.clock.now(),
      );
      return {
        ...told(fault),
        publish: wasActive ? 'status_changed' : null,
        event: 'refresh_unread',
        hint: READ_AGAIN,
      };
    });
  }

  private async handBack(lease: Lease, fault: TokenFault): Promise<void> {
    await this.settleFailure(lease, { outcome: 'unsent', fault }, ({ connection }) => {
      connection.postpone(this.inSeconds(NO_TURN_WAIT_SECONDS), this.clock.now());
      return { publish: null, event: 'refresh_not_begun', ...told(fault) };
    });
  }

  private async lapse(lease: Lease, fault: TokenFault, outcome: LedgerOutcome = 'refused'): Promise<void> {
    await this.settleFailure(lease, { outcome, fault }, async ({ connection, apiService }, manager) => {
      await this.revocations.handOverNamed(manager, { connection, apiService }, this.clock.now());
      connection.lapse(faultOf(fault, this.clock.now()), this.clock.now());
      await this.notices.open(manager, connection, { reason: fault.detail, requestedBy: 'rotation' });
      return { publish: 'status_changed', event: 'reauthorization_required', ...told(fault) };
    });
    this.logger.warn({ event: 'reauthorization_notice', connectionId: lease.connectionId, reason: fault.detail });
  }

  private async refuse(lease: Lease, fault: TokenFault, asked: ApiService): Promise<void> {
    await this.settleFailure(lease, { outcome: 'refused', fault }, ({ connection }) => {
      connection.postpone(this.inSeconds(CLIENT_FAULT_WAIT_SECONDS), this.clock.now());
      return { publish: null, event: 'refresh_refused', ...told(fault) };
    });
    await this.standing.refused(asked, fault);
  }

  private async retryLater(lease: Lease, fault: TokenFault, outcome: LedgerOutcome = 'failed'): Promise<void> {
    const { apiService } = await this.settleFailure(lease, { outcome, fault }, ({ connection }) => {
      const isNews = connection.status !== 'refresh_failing';
      const retryAt = nextTry(connection, {
        retryAfterSeconds: fault.retryAfterSeconds,
        now: this.clock.now(),
        jitter: Math.random(),
      });
      connection.failRefresh(faultOf(fault, this.clock.now()), fault.final ? null : retryAt, this.clock.now());
      return { publish: isNews ? 'status_changed' : null, event: 'refresh_failed', ...told(fault) };
    });
    await this.standing.failed(apiService, fault);
  }

  /** A grant that was to begin anew and did not: what was over stays over, and its timeline tells why. */
  private settleFailure(
    lease: Lease,
    { outcome, fault }: { outcome: LedgerOutcome; fault: TokenFault },
    change: Change,
  ): Promise<Belonging> {
    return this.settle(lease, outcome, (found, manager) => {
      if (!isOver(found.connection.status)) return change(found, manager);
      found.connection.postpone(null, this.clock.now());
      return { publish: null, event: 'issue_failed', ...told(fault) };
    });
  }

  private settle(lease: Lease, outcome: LedgerOutcome, change: Change): Promise<Belonging> {
    return this.fenced.settle({ lease, outcome, change });
  }

  private inSeconds(seconds: number): Date {
    return new Date(this.clock.now().getTime() + seconds * 1000);
  }

  private tell(event: string, { connectionId, cause }: Lease, { owner, oauthError, code }: TokenFault): void {
    this.logger.warn({ event, connectionId, cause, owner, fault: oauthError ?? code });
  }
}

const begun = ({ version }: Connection) =>
  ({
    publish: 'authorized',
    event: 'authorized',
    detail: `Version ${version} was issued; no user had to consent.`,
  }) as const;

const rotated = ({ version }: Connection, { supersededVersion, cause }: Lease) =>
  ({
    publish: 'rotated',
    event: 'rotated',
    detail: `Version ${version} replaced version ${supersededVersion} (${cause}).`,
  }) as const;
