import { Injectable } from '@nestjs/common';
import { reached } from '@lockkeeper/observability';
import { ClientTrials } from '../client-trials/client-trials.js';
import type { Belonging } from '../connections/connections.js';
import type { RefreshableGrant } from '../token-endpoint/grant-requests.js';
import type { OAuthTarget } from '../token-endpoint/oauth-target.js';
import type { RawAnswer } from '../token-endpoint/raw-answer.js';
import { TokenEndpoint } from '../token-endpoint/token-endpoint.js';
import type { Turn } from '../token-endpoint/wire.js';
import type { FreshLease } from './leases.js';
import { ProviderPace } from './provider-pace.js';
import { noTurn } from './rotation.errors.js';

/** Whom a lease asks, for which connection. */
export interface Asked {
  lease: FreshLease;
  belonging: Belonging;
  target: OAuthTarget;
}

/** Asks for a connection's next token: in its turn, while its lease lasts, and as the client that the provider knows. */
@Injectable()
export class Asking {
  constructor(
    private readonly endpoint: TokenEndpoint,
    private readonly trials: ClientTrials,
    private readonly pace: ProviderPace,
  ) {}

  /** @throws TokenFault */
  refresh(asked: Asked, grant: RefreshableGrant): Promise<RawAnswer> {
    return this.trials.send(asked, async (target) =>
      this.endpoint.sendRefresh(target, grant, await this.turnOf(asked)),
    );
  }

  /** @throws TokenFault */
  issue(asked: Asked, issue: Parameters<TokenEndpoint['sendIssue']>[1]): Promise<RawAnswer> {
    return this.trials.send(asked, async (target) => this.endpoint.sendIssue(target, issue, await this.turnOf(asked)));
  }

  /** The answer is kept, or none came: what was tried with it can be told. */
  conclude(belonging: Belonging): Promise<void> {
    return this.trials.conclude(belonging);
  }

  /** Waits for it, and bounds it: what begins too late for its lease doesn't begin. */
  private async turnOf({ lease: { sendBeforeMs }, belonging: { apiService } }: Asked): Promise<Turn> {
    const isIts = await this.pace.turn(apiService, sendBeforeMs);
    const beginWithinMs = sendBeforeMs - performance.now();
    if (!isIts || beginWithinMs <= 0) throw noTurn();
    return { beginWithinMs, onSent: () => reached('after_send') };
  }
}
