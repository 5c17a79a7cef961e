import { Injectable } from '@nestjs/common';
import { type ChosenSecret, ClientSecrets } from '../api-services/client-secrets.js';
import type { Belonging } from '../connections/connections.js';
import type { ClientVerdict } from '../token-endpoint/client-verdict.js';
import type { OAuthTarget } from '../token-endpoint/oauth-target.js';
import type { RawAnswer } from '../token-endpoint/raw-answer.js';
import { afterRefusal } from '../token-endpoint/either-client.js';
import { TokenEndpoint } from '../token-endpoint/token-endpoint.js';
import { askedFor, SecretLending } from './secret-lending.js';

interface Tried {
  chosen: ChosenSecret;
  verdict: ClientVerdict;
  /** Or after the one in use was refused. */
  first: boolean;
}

/**
 * Which client secret a refresh is made with: the one in use; for one connection a staged one, to try it. Another one is used only after a
 * clear `invalid_client`, and that once: nothing else says that the refresh token is unspent.
 */
@Injectable()
export class ClientTrials {
  private readonly tried = new WeakMap<Belonging, Tried[]>();

  constructor(
    private readonly secrets: ClientSecrets,
    private readonly lending: SecretLending,
    private readonly endpoint: TokenEndpoint,
  ) {}

  /** @throws whatever `ask` throws */
  async send(
    { belonging, target }: { belonging: Belonging; target: OAuthTarget },
    ask: (target: OAuthTarget) => Promise<RawAnswer>,
  ): Promise<RawAnswer> {
    const { apiService, connection } = belonging;
    const trial = await this.secrets.claimTrial(apiService, connection.id);
    const second = trial ? null : this.secrets.secondOf(apiService);
    if (trial === null && second === null) return ask(target);
    const first = trial ? { ...target, clientSecret: trial.secret } : target;
    const answer = await ask(first);
    const verdict = this.endpoint.clientVerdict(first, answer);
    if (trial) this.note(belonging, { chosen: trial, verdict, first: true });
    const other = { ...target, clientSecret: second ? second.secret : target.clientSecret };
    if (verdict !== 'refused' || other.clientSecret === null) return answer;
    const again = await ask(other);
    if (second)
      this.note(belonging, { chosen: second, verdict: this.endpoint.clientVerdict(other, again), first: false });
    return afterRefusal(answer, again);
  }

  /** Tells of what was tried, once the answer is kept. */
  async conclude(belonging: Belonging): Promise<void> {
    const tried = this.tried.get(belonging) ?? [];
    this.tried.delete(belonging);
    for (const one of tried) await this.lending.conclude(askedFor(belonging), one);
  }

  private note(belonging: Belonging, tried: Tried): void {
    this.tried.set(belonging, [...(this.tried.get(belonging) ?? []), tried]);
  }
}
