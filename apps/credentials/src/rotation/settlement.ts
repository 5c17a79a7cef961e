import { Injectable, Logger } from '@nestjs/common';
import { ClientHealth } from '../api-services/client-health.js';
import type { ConnectionFault } from '../connections/connection.entity.js';
import type { Belonging } from '../connections/connections.js';
import { GrantSeal } from '../connections/grant-seal.js';
import { type Change, Transitions } from '../connections/transitions.js';
import { Notices } from '../notices/notices.js';
import { Revocations } from '../revocation/revocations.js';
import type { RawAnswer } from '../token-endpoint/raw-answer.js';
import type { TokenFault } from '../token-endpoint/token-fault.js';
import type { TokenGrant } from '../token-endpoint/token-grant.js';
import { backoffSeconds } from './backoff.js';
import { type Lease, type LedgerOutcome, RefreshLedger } from './refresh-ledger.js';
import { refreshes } from './rotation.metrics.js';

/** A client that is refused is tried again by probes and by hand; its connections' own turns only wait. */
const CLIENT_FAULT_WAIT_SECONDS = 60;

/** Closes a lease with what came of it: one transaction, and only while the lease's fence holds. */
@Injectable()
export class Settlement {
  private readonly logger = new Logger('rotation');

  constructor(
    private readonly ledger: RefreshLedger,
    private readonly transitions: Transitions,
    private readonly seal: GrantSeal,
    private readonly revocations: Revocations,
    private readonly notices: Notices,
    private readonly clientHealth: ClientHealth,
  ) {}

  async apply(lease: Lease, grant: TokenGrant, answer: RawAnswer): Promise<void> {
    const issuedAt = new Date(answer.receivedAt);
    const { apiService } = await this.settle(lease, 'applied', async ({ connection, apiService }, manager) => {
      await this.revocations.supersede(manager, { connection, apiService });
      const origin = {
        apiService,
        issuedAt,
        authorizedAt: connection.authorizedAt ?? issuedAt,
        keptRefreshTokenExpiresAt: connection.refreshTokenExpiresAt,
      };
      connection.rotate(this.seal.seal(connection.id, grant, origin), new Date());
      const detail = `Version ${connection.version} replaced version ${lease.supersededVersion} (${lease.cause}).`;
      return { publish: 'rotated', event: 'rotated', detail, steps: answer.trace };
    });
    await this.clientHealth.accepted(apiService);
    this.logger.log({
      event: 'token_rotated',
      connectionId: lease.connectionId,
      superseded: lease.supersededVersion,
      cause: lease.cause,
    });
  }

  async fail(lease: Lease, fault: TokenFault): Promise<void> {
    const { connectionId, cause } = lease;
    this.logger.warn({
      event: 'refresh_failed',
      connectionId,
      cause,
      owner: fault.owner,
      fault: fault.oauthError ?? fault.code,
    });
    if (fault.owner === 'grant') await this.lapse(lease, fault);
    else if (fault.owner === 'client') await this.refuse(lease, fault);
    else await this.retryLater(lease, fault);
  }

  /** Nobody knows whether the provider acted; the manifest says what is the smaller harm. */
  async indeterminate(lease: Lease, { manifest }: Belonging['apiService'], fault: TokenFault): Promise<void> {
    if (manifest.refresh?.indeterminate === 'reauthorize') await this.lapse(lease, fault, 'indeterminate');
    else await this.retryLater(lease, fault, 'indeterminate');
  }

  private async lapse(lease: Lease, fault: TokenFault, outcome: LedgerOutcome = 'refused'): Promise<void> {
    await this.settle(lease, outcome, async ({ connection }, manager) => {
      connection.lapse(faultOf(fault), new Date());
      await this.notices.open(manager, connection.id, { reason: fault.detail, requestedBy: 'rotation' });
      return { publish: 'status_changed', event: 'reauthorization_required', ...told(fault) };
    });
    this.logger.warn({ event: 'reauthorization_notice', connectionId: lease.connectionId, reason: fault.detail });
  }

  private async refuse(lease: Lease, fault: TokenFault): Promise<void> {
    const { apiService } = await this.settle(lease, 'refused', ({ connection }) => {
      connection.postpone(inSeconds(CLIENT_FAULT_WAIT_SECONDS), new Date());
      return { publish: null, event: 'refresh_refused', ...told(fault) };
    });
    await this.clientHealth.refused(apiService, fault);
  }

  private async retryLater(lease: Lease, fault: TokenFault, outcome: LedgerOutcome = 'failed'): Promise<void> {
    const { apiService } = await this.settle(lease, outcome, ({ connection }) => {
      const wasActive = connection.status === 'active';
      const seconds = backoffSeconds(connection.failures, Math.random(), fault.retryAfterSeconds);
      connection.failRefresh(faultOf(fault), inSeconds(seconds), new Date());
      return { publish: wasActive ? 'status_changed' : null, event: 'refresh_failed', ...told(fault) };
    });
    if (fault.retryAfterSeconds !== null) await this.clientHealth.pause(apiService.id, fault.retryAfterSeconds);
  }

  /** The fence decides: a connection that went on without this refresh is left alone, and the answer stays in the ledger. */
  private async settle(lease: Lease, outcome: LedgerOutcome, change: Change): Promise<Belonging> {
    let settled: LedgerOutcome = 'outrun';
    const belonging = await this.transitions.make(lease.connectionId, async (found, manager) => {
      const { fence, version, status } = found.connection;
      const holds = fence === lease.fence && version === lease.supersededVersion && status !== 'revoked';
      settled = holds ? outcome : 'outrun';
      await this.ledger.close(manager, lease.ledgerId, settled);
      return holds ? change(found, manager) : null;
    });
    refreshes.inc({ outcome: settled, cause: lease.cause });
    return belonging;
  }
}

const inSeconds = (seconds: number): Date => new Date(Date.now() + seconds * 1000);

const told = ({ detail, hint, trace }: TokenFault) => ({ detail, hint, steps: trace, outcome: 'failed' as const });

const faultOf = ({ owner, oauthError, code, detail, hint }: TokenFault): ConnectionFault => ({
  owner,
  code: oauthError ?? code,
  detail,
  hint,
  at: new Date().toISOString(),
});
