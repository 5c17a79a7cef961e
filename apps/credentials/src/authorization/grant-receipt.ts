import { Injectable } from '@nestjs/common';
import { sensitiveFields } from '@lockkeeper/manifests';
import { ClientHealth } from '../api-services/client-health.js';
import type { Belonging } from '../connections/connections.js';
import { GrantSeal, type OpenedGrant } from '../connections/grant-seal.js';
import { lostScopes, scopeReduced } from '../connections/lost-scopes.js';
import { Transitions } from '../connections/transitions.js';
import { Notices } from '../notices/notices.js';
import { Revocations } from '../revocation/revocations.js';
import { scopesByParameter } from '../token-endpoint/granted-scope.js';
import type { RawAnswer } from '../token-endpoint/raw-answer.js';
import type { TestResult } from '../token-endpoint/token-endpoint.js';
import { inFull } from '../token-endpoint/token-test.js';
import type { TokenFault } from '../token-endpoint/token-fault.js';
import type { TokenGrant } from '../token-endpoint/token-grant.js';
import { acceptance } from '../token-endpoint/acceptance.js';
import { refreshTokenMissing } from '../token-endpoint/explanation.js';
import { authorizeStep, decided, type TraceStep } from '../token-endpoint/trace.js';
import { ConsentFailed, OtherAccount } from './authorization.errors.js';

/** What a consent brought. */
export interface GrantedAnswer {
  grant: TokenGrant;
  answer: RawAnswer;
  /** What was asked for. */
  scopes: readonly string[];
}

export interface FilledInGrant {
  /** By field, sensitive ones too. */
  params: Record<string, string>;
  grant: TokenGrant;
  /** How it was tried. */
  steps: TraceStep[];
}

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
  async accepted(
    { connection: { id }, apiService }: Belonging,
    { grant, answer, scopes }: GrantedAnswer,
  ): Promise<void> {
    const asked = scopesByParameter(apiService.manifest, scopes).scope;
    const issuedAt = new Date(answer.receivedAt);
    await this.transitions.make(id, async ({ connection }, manager) => {
      if (isOtherAccount(apiService.manifest.subject, this.seal.open(connection), grant)) throw new OtherAccount();
      await this.revocations.supersede(manager, { connection, apiService });
      connection.authorize(
        this.seal.seal(connection, grant, { apiService, issuedAt, authorizedAt: issuedAt }),
        new Date(),
      );
      const lost = lostScopes(apiService.manifest, asked, grant.scope);
      if (lost.length > 0) connection.reduceScope(lost);
      await this.notices.close(manager, id);
      const missing = grant.refreshToken === null ? refreshTokenMissing(apiService.manifest, scopes) : null;
      return {
        publish: 'authorized',
        event: 'authorized',
        detail: `The user consented; version ${connection.version} was issued${missing === null ? '' : ', without a refresh token'}.`,
        hint: missing,
        steps: decided(answer.trace, acceptance(grant)),
        besides: lost.length > 0 ? [scopeReduced(lost)] : [],
      };
    });
    await this.clientHealth.accepted(apiService);
  }

  /** The browser is on its way to the provider. */
  async started(id: string, location: URL): Promise<void> {
    await this.transitions.make(id, () => ({
      publish: null,
      event: 'authorization_started',
      detail: `The user continued, and was sent to ${location.hostname}.`,
      steps: [authorizeStep(location)],
    }));
  }

  /** What a user filled in at a generic API service, its secrets sealed. */
  async filledIn(
    { connection: { id }, apiService }: Belonging,
    { params, grant, steps }: FilledInGrant,
  ): Promise<void> {
    const secrets = sensitiveFields(apiService.manifest);
    const [secret, open] = [true, false].map((which) =>
      Object.fromEntries(Object.entries(params).filter(([key]) => secrets.includes(key) === which)),
    ) as [Record<string, string>, Record<string, string>];
    const now = new Date();
    await this.transitions.make(id, async ({ connection }, manager) => {
      const sealed = this.seal.seal(connection, grant, { apiService, issuedAt: now, authorizedAt: now });
      connection.fillIn({ params: open, fieldSecrets: this.seal.sealFields(id, secret) }, sealed, now);
      await this.notices.close(manager, id);
      const tested = steps.length > 0 ? ', and the service accepts it' : '';
      const detail = `The user filled in what the service asks for${tested}; version ${connection.version} was issued.`;
      return { publish: 'authorized', event: 'authorized', detail, steps };
    });
  }

  /** What was filled in was tried, and not kept. */
  async failedTest({ connection: { id } }: Belonging, result: TestResult): Promise<void> {
    const { hint, trace } = result;
    await this.transitions.make(id, () => ({
      publish: null,
      event: 'authorization_failed',
      detail: `What the user filled in was tried and not kept. ${inFull(result)}`,
      hint: hint ?? 'Nothing was kept. Compare test in the manifest with what the service answers.',
      steps: trace,
      outcome: 'failed',
    }));
  }

  /** Who is turned away by the work is told of in the timeline of the connection that was meant, where that is known. */
  async telling<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ConsentFailed && error.connectionId !== null)
        await this.turnedAway(error.connectionId, error);
      throw error;
    }
  }

  private async turnedAway(connectionId: string, { detail, hint }: ConsentFailed): Promise<void> {
    await this.transitions.make(connectionId, () => ({
      publish: null,
      event: 'authorization_turned_away',
      detail,
      hint,
      outcome: 'refused',
    }));
  }

  /** A device's user did not decide in time. */
  async deviceExpired(connectionId: string): Promise<void> {
    await this.transitions.make(connectionId, () => ({
      publish: null,
      event: 'authorization_failed',
      detail: 'The code was not entered at the provider in time.',
      hint: 'Start again: a new link, or POST /v1/connections/:id/device-authorizations.',
      outcome: 'failed',
    }));
  }

  async refused(
    { connection: { id }, apiService }: Belonging,
    fault: TokenFault,
    back: TraceStep | null = null,
  ): Promise<void> {
    await this.transitions.make(id, () => ({
      publish: null,
      event: 'authorization_failed',
      detail: fault.detail,
      hint: fault.hint,
      steps: stepsOf(fault, back),
      outcome: 'failed',
    }));
    if (fault.owner === 'client') await this.clientHealth.refused(apiService, fault);
  }
}

/** With how the browser came back, where it did: what was decided then stands with the last step. */
function stepsOf({ trace, decision }: TokenFault, back: TraceStep | null): TraceStep[] {
  if (back === null) return trace;
  return trace.length > 0 ? [back, ...trace] : [{ ...back, decision }];
}

/** Reauthorization mends a connection; it doesn't hand it to somebody else. Where either side names no account, nothing can be said. */
function isOtherAccount(subject: string | undefined, before: OpenedGrant, { captured }: TokenGrant): boolean {
  const [known, now] = subject === undefined ? [] : [before.captured[subject], captured[subject]];
  return known !== undefined && now !== undefined && known !== now;
}
