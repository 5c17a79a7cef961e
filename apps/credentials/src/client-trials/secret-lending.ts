import { Injectable, Logger } from '@nestjs/common';
import type { ApiService } from '../api-services/api-service.entity.js';
import { type ChosenSecret, ClientSecrets } from '../api-services/client-secrets.js';
import type { Belonging } from '../connections/connections.js';
import { Timeline } from '../connections/timeline.js';
import type { ClientVerdict } from '../token-endpoint/client-verdict.js';
import type { OAuthTarget } from '../token-endpoint/oauth-target.js';
import { SecondSecret } from '../token-endpoint/either-client.js';

/** Whose request it is. */
export interface AskedFor {
  apiService: ApiService;
  connectionId: string;
  version: number;
}

export const askedFor = ({ apiService, connection }: Belonging): AskedFor => ({
  apiService,
  connectionId: connection.id,
  version: connection.version,
});

/**
 * While a client secret changes, consents and revocations are made with the one in use too; and with the one that is staged, or the former
 * one, where the provider clearly refuses it. What that tells of a staged one counts as much as its trial with a refresh.
 */
@Injectable()
export class SecretLending {
  private readonly logger = new Logger('client-secrets');

  constructor(
    private readonly secrets: ClientSecrets,
    private readonly timeline: Timeline,
  ) {}

  /** @throws whatever `work` throws */
  async lend<T>(of: AskedFor, target: OAuthTarget, work: (target: OAuthTarget) => Promise<T>): Promise<T> {
    const chosen = this.secrets.secondOf(of.apiService);
    if (chosen === null) return work(target);
    const second = new SecondSecret(chosen.secret);
    try {
      return await work({ ...target, second });
    } finally {
      if (second.verdict !== null) await this.conclude(of, { chosen, verdict: second.verdict, first: false });
    }
  }

  /** @param first that it was tried before the one in use */
  async conclude(
    of: AskedFor,
    { chosen, verdict, first }: { chosen: ChosenSecret; verdict: ClientVerdict; first: boolean },
  ): Promise<void> {
    const { apiService, connectionId, version } = of;
    if (!first) await this.secrets.noteUse(apiService, chosen);
    if (chosen.kind !== 'staged' || verdict === 'unsaid') return;
    const { fingerprint } = chosen;
    const taken = verdict === 'accepted';
    if (!(await this.secrets.conclude(apiService.slug, { fingerprint, taken }))) return;
    const event = taken ? 'client_secret_proven' : 'client_secret_refused';
    this.logger.log({ event, apiService: apiService.slug, fingerprint });
    const detail = WORDS[event][first ? 'first' : 'second'](fingerprint);
    await this.timeline.record({ connectionId, version, event, detail, hint: taken ? null : MISTYPED });
  }
}

const MISTYPED =
  'Compare it with what the provider shows, and stage it again: POST /v1/api-services/:slug/client-secrets.';

const WORDS = {
  client_secret_proven: {
    first: (it: string) => `The new client secret ${it} was tried with this refresh, and the provider took it.`,
    second: (it: string) => `The provider refused the client secret in use, and took the new one, ${it}, instead.`,
  },
  client_secret_refused: {
    first: (it: string) =>
      `The new client secret ${it} was tried with this refresh, and the provider answered invalid_client. The refresh was made with the secret in use.`,
    second: (it: string) =>
      `The provider refused the client secret in use, and answered invalid_client to the new one, ${it}, as well.`,
  },
} as const;
