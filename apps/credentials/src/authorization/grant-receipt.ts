import { Injectable } from '@nestjs/common';
import type { ConsentFailed } from './authorization.errors.js';
import { ClientHealth } from '../api-services/client-health.js';
import type { Belonging } from '../connections/connections.js';
import { GrantSeal, type OpenedGrant } from '../connections/grant-seal.js';
import { Transitions } from '../connections/transitions.js';
import { Notices } from '../notices/notices.js';
import { Revocations } from '../revocation/revocations.js';
import type { RawAnswer } from '../token-endpoint/raw-answer.js';
import type { TokenFault } from '../token-endpoint/token-fault.js';
import type { TokenGrant } from '../token-endpoint/token-grant.js';
import { OtherAccount } from './authorization.errors.js';

/** Takes in what a consent brought: all of it is kept, or nothing. */
@Injectable()
export class GrantReceipt {
  constructor(
    private readonly transitions: Transitions,
    private readonly seal: GrantSeal,
    private readonly revocations: Revocations,
    private readonly notices: Notices,
    private readonly clientHealth: ClientHealth,
  ) {}

  /** @throws OtherAccount */
  async accepted({ connection: { id }, apiService }: Belonging, grant: TokenGrant, answer: RawAnswer): Promise<void> {
    const issuedAt = new Date(answer.receivedAt);
    await this.transitions.make(id, async ({ connection }, manager) => {
      if (isOtherAccount(apiService.manifest.subject, this.seal.open(connection), grant)) throw new OtherAccount();
      await this.revocations.supersede(manager, { connection, apiService });
      connection.authorize(this.seal.seal(id, grant, { apiService, issuedAt, authorizedAt: issuedAt }), new Date());
      await this.notices.close(manager, id);
      const missing = grant.refreshToken === null && connection.expiresAt !== null;
      return {
        publish: 'authorized',
        event: 'authorized',
        detail: `The user consented; version ${connection.version} was issued${missing ? ', without a refresh token' : ''}.`,
        hint: missing
          ? 'The connection ends with this token. Providers that want to be asked for a refresh token need an extra scope or parameter.'
          : null,
        steps: answer.trace,
      };
    });
    await this.clientHealth.accepted(apiService);
  }

  /** An answer came that belongs to no consent as it should: told, and nothing else changes. */
  async turnedAway(connectionId: string, { detail, hint }: ConsentFailed): Promise<void> {
    await this.transitions.make(connectionId, () => ({
      publish: null,
      event: 'authorization_turned_away',
      detail,
      hint,
      outcome: 'refused',
    }));
  }

  async refused({ connection: { id }, apiService }: Belonging, fault: TokenFault): Promise<void> {
    await this.transitions.make(id, () => ({
      publish: null,
      event: 'authorization_failed',
      detail: fault.detail,
      hint: fault.hint,
      steps: fault.trace,
      outcome: 'failed',
    }));
    if (fault.owner === 'client') await this.clientHealth.refused(apiService, fault);
  }
}

/** Reauthorization mends a connection; it doesn't hand it to somebody else. Where either side names no account, nothing can be said. */
function isOtherAccount(subject: string | undefined, before: OpenedGrant, { captured }: TokenGrant): boolean {
  const [known, now] = subject === undefined ? [] : [before.captured[subject], captured[subject]];
  return known !== undefined && now !== undefined && known !== now;
}
