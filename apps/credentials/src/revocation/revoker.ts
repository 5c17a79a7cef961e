import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ApiService } from '../api-services/api-service.entity.js';
import { ApiServices } from '../api-services/api-services.js';
import { SecretLending } from '../client-trials/secret-lending.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { Timeline } from '../connections/timeline.js';
import type { OAuthTarget } from '../token-endpoint/oauth-target.js';
import type { RevocationReceipt } from '../token-endpoint/revocation-receipt.js';
import { TokenEndpoint } from '../token-endpoint/token-endpoint.js';
import { revocationAttempts } from './revocation.metrics.js';
import { type PendingRevocation, Revocations, type SettledStatus } from './revocations.js';
import { CONSENTED_ANEW, neverAsked } from './unasked.js';

/** After so many tries over about two days a provider that does not answer is given up, and told as unproved. */
const MAX_ATTEMPTS = 24;
const BATCH = 20;
const FIRST_DELAY_SECONDS = 5;
const LONGEST_DELAY_SECONDS = 4 * 3600;

const SETTLED: Partial<Record<RevocationReceipt['outcome'], SettledStatus>> = {
  revoked: 'revoked',
  not_supported: 'not_supported',
  unproved: 'unproved',
};

/** Asks providers to revoke, until they answered or there is no more hope. */
@Injectable()
export class Revoker {
  private readonly logger = new Logger('revocation');

  constructor(
    private readonly revocations: Revocations,
    private readonly endpoint: TokenEndpoint,
    private readonly apiServices: ApiServices,
    private readonly lending: SecretLending,
    private readonly timeline: Timeline,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** What is due; returns how many were tried. */
  async work(): Promise<number> {
    const due = await this.revocations.claim({ limit: BATCH, leaseSeconds: this.settings.CREDENTIALS_LEASE_SECONDS });
    await Promise.all(due.map((pending) => this.attempt(pending)));
    return due.length;
  }

  /** The one that is named, at once; null if another replica has it in hand. */
  async workOn(id: string): Promise<RevocationReceipt | null> {
    const [pending] = await this.revocations.claim({
      id,
      limit: 1,
      leaseSeconds: this.settings.CREDENTIALS_LEASE_SECONDS,
    });
    return pending ? this.attempt(pending) : null;
  }

  private async attempt(pending: PendingRevocation): Promise<RevocationReceipt> {
    const apiService = await this.apiServices.byId(pending.apiServiceId);
    if (await this.comesTooLate(pending, apiService)) return this.leave(pending);
    const target = { ...this.apiServices.target(apiService, pending), dpopKey: pending.dpopKey };
    const { connectionId, version } = pending;
    const receipt = await this.lending.lend({ apiService, connectionId, version }, target, (lent) =>
      this.ask(lent, pending),
    );
    revocationAttempts.inc({ outcome: receipt.outcome });
    const settled = SETTLED[receipt.outcome] ?? (givesUp(pending, receipt, apiService) ? 'unproved' : null);
    const seconds = delaySeconds(pending.attempts, receipt);
    if (settled === null) await this.revocations.retryLater(pending, { seconds, receipt, sentAs: apiService });
    else await this.revocations.settle(pending, settled, receipt);
    await this.tell(pending, settled, receipt);
    return receipt;
  }

  /** Nobody asked for it, and it must not cost a user the consent that mended the matter. */
  private async comesTooLate(pending: PendingRevocation, { manifest: { revoke } }: ApiService): Promise<boolean> {
    const onlyItself = revoke !== null && 'effect' in revoke && revoke.effect === 'token';
    return pending.cause === 'lapsed' && !onlyItself && this.revocations.isFollowed(pending);
  }

  private async leave(pending: PendingRevocation): Promise<RevocationReceipt> {
    const receipt = neverAsked(pending, CONSENTED_ANEW);
    await this.revocations.settle(pending, 'unproved', receipt);
    await this.tell(pending, 'unproved', receipt);
    return receipt;
  }

  /** A superseded token isn't worth a further request: what follows it is another one already. */
  private async ask(target: OAuthTarget, pending: PendingRevocation): Promise<RevocationReceipt> {
    const { accessToken, refreshToken, dpopKey, captured, cause } = pending;
    const tokens = { accessToken, refreshToken, captured, ...(dpopKey && { tokenType: 'DPoP' }) };
    const receipt = await this.endpoint.revoke(target, tokens);
    return cause === 'superseded' ? receipt : this.endpoint.proveRevocation(target, { tokens, receipt });
  }

  private async tell(
    pending: PendingRevocation,
    settled: SettledStatus | null,
    receipt: RevocationReceipt,
  ): Promise<void> {
    const { connectionId, version, cause } = pending;
    this.logger.log({
      event: 'revocation_attempted',
      connectionId,
      version,
      cause,
      outcome: receipt.outcome,
      attempts: pending.attempts,
    });
    if (settled === null && pending.attempts > 1) return;
    const event = settled === null ? 'revocation_pending' : `provider_${settled}`;
    await this.timeline.record({ connectionId, version, event, detail: receipt.detail, steps: receipt.trace });
  }
}

/** What nothing was sent for isn't hopeless, as long as somebody can give the client what it lacks. */
const givesUp = (
  { attempts }: PendingRevocation,
  { clientFault }: RevocationReceipt,
  { status }: ApiService,
): boolean => attempts >= MAX_ATTEMPTS && (clientFault !== 'missing' || status === 'retired');

/** Doubling, with jitter; the provider's own wish goes first (RFC 7009 section 2.2.1). */
function delaySeconds(attempts: number, { retryAfterSeconds }: RevocationReceipt): number {
  const backoff = Math.min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** Math.min(attempts - 1, 30));
  return retryAfterSeconds ?? backoff * (0.5 + Math.random() / 2);
}
