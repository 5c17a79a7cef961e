import { Injectable } from '@nestjs/common';
import { InvalidInput } from '@lockkeeper/doors';
import { provesBySecret } from '@lockkeeper/manifests';
import { Secret } from '@lockkeeper/sealing';
import { DataSource, type EntityManager } from 'typeorm';
import { ApiServicePublications } from '../publication/api-service-publications.js';
import { ApiService, type SecretChange } from './api-service.entity.js';
import { ApiServiceNotFound, NoFormerSecret, NothingStaged, SecretNotProven } from './api-service.errors.js';
import { ApiServices, type Happening } from './api-services.js';
import { ClientProofs } from './client-proofs.js';
import { reviveRevocations } from './waiting-revocations.js';

export interface StagedSecret extends Pick<SecretChange, 'promote' | 'keepFormerSeconds' | 'connectionId'> {
  clientSecret: string;
}

/** Another secret than the one in use, in the hands of one request. */
export interface ChosenSecret {
  kind: 'staged' | 'former';
  secret: Secret;
  fingerprint: string;
}

const LIVING = `('pending', 'active', 'refresh_failing')`;

/**
 * A client secret changes by stages: the new one is tried with the refresh of one connection, and takes over once the provider took it.
 * Until then, and where the provider refuses it, the one in use goes on.
 */
@Injectable()
export class ClientSecrets {
  constructor(
    private readonly dataSource: DataSource,
    private readonly apiServices: ApiServices,
    private readonly proofs: ClientProofs,
    private readonly publications: ApiServicePublications,
  ) {}

  /** In the place of one that was staged before. @throws ApiServiceNotFound, InvalidInput */
  stage(slug: string, { clientSecret, ...change }: StagedSecret): Promise<ApiService> {
    return this.change(slug, 'secret_staged', async (apiService, manager) => {
      const secret = new Secret(clientSecret);
      this.checkStaged(apiService, secret);
      await checkConnection(manager, apiService, change.connectionId);
      this.proofs.stageSecret(apiService, secret, change);
      // A client that is refused is tried now and then only: with this secret it is worth a try at once.
      if (apiService.status === 'client_fault') apiService.probeAt = new Date();
      await reviveRevocations(manager, apiService.id);
      return apiService.secretChange!.fingerprint;
    });
  }

  /** @param unproven although no provider has seen it, or its provider refused it @throws ApiServiceNotFound, NothingStaged, SecretNotProven */
  promote(slug: string, { unproven }: { unproven: boolean }): Promise<ApiService> {
    return this.change(slug, 'secret_promoted', async (apiService, manager) => {
      const { state, fingerprint } = stagedOf(apiService);
      if (state !== 'proven' && !unproven) throw new SecretNotProven(slug, state);
      await this.takeOver(manager, apiService);
      return fingerprint;
    });
  }

  /** The staged one is erased; nothing else changes. @throws ApiServiceNotFound, NothingStaged */
  withdraw(slug: string): Promise<ApiService> {
    return this.change(slug, 'secret_withdrawn', (apiService) => {
      const { fingerprint } = stagedOf(apiService);
      Object.assign(apiService, { stagedSecret: null, secretChange: null });
      return fingerprint;
    });
  }

  /** Before its time. @throws ApiServiceNotFound, NoFormerSecret */
  retireFormer(slug: string): Promise<ApiService> {
    return this.change(slug, 'former_secret_retired', (apiService) => {
      const { formerSecretFacts } = apiService;
      if (formerSecretFacts === null) throw new NoFormerSecret(slug);
      return eraseFormerOf(apiService, formerSecretFacts);
    });
  }

  /** Those whose time is over. */
  async eraseOverdue(): Promise<void> {
    const overdue = await this.dataSource.query<{ slug: string }[]>(
      `SELECT slug FROM api_services WHERE (former_secret_facts->>'until')::timestamptz <= now() AND status <> 'retired'`,
    );
    for (const { slug } of overdue) await this.eraseFormer(slug);
  }

  /** Unless another replica was first, or another secret was replaced meanwhile, and is kept for longer. */
  private eraseFormer(slug: string): Promise<ApiService> {
    return this.change(slug, 'former_secret_retired', (apiService) => {
      const { formerSecretFacts } = apiService;
      if (formerSecretFacts === null || this.proofs.formerSecret(apiService) !== null) return null;
      return eraseFormerOf(apiService, formerSecretFacts);
    });
  }

  /**
   * For the refresh of one connection: null unless a secret is to be tried, and this is the connection that it is tried on. All replicas agree
   * on that one in the database; another takes its place only where it can't be refreshed any more.
   */
  async claimTrial({ id, secretChange }: ApiService, connectionId: string): Promise<ChosenSecret | null> {
    if (secretChange?.state !== 'staged') return null;
    const [rows] = await this.dataSource.query<[{ sealed: string; fingerprint: string }[], number]>(
      `UPDATE api_services s SET secret_change = jsonb_set(secret_change, '{connectionId}', to_jsonb($2::text))
       WHERE id = $1 AND secret_change->>'state' = 'staged'
         AND (secret_change->>'connectionId' IS NULL OR secret_change->>'connectionId' = $2 OR NOT EXISTS (
           SELECT FROM connections c WHERE c.id = (s.secret_change->>'connectionId')::uuid AND c.status IN ${LIVING}))
       RETURNING staged_secret AS sealed, secret_change->>'fingerprint' AS fingerprint`,
      [id, connectionId],
    );
    const [trial] = rows;
    return trial
      ? { kind: 'staged', secret: this.proofs.openStaged(id, trial.sealed), fingerprint: trial.fingerprint }
      : null;
  }

  /** What is used where the provider clearly refuses the one in use: the staged one, unless it was refused itself; else the one before. */
  secondOf(apiService: ApiService): ChosenSecret | null {
    const { id, stagedSecret, secretChange, formerSecretFacts } = apiService;
    if (stagedSecret !== null && secretChange !== null && secretChange.state !== 'refused')
      return {
        kind: 'staged',
        secret: this.proofs.openStaged(id, stagedSecret),
        fingerprint: secretChange.fingerprint,
      };
    const former = this.proofs.formerSecret(apiService);
    return former && { kind: 'former', secret: former, fingerprint: formerSecretFacts!.fingerprint };
  }

  /** The provider refused the one in use, and this one was used instead: told to whoever looks at the API service. */
  async noteUse({ id }: ApiService, { kind, fingerprint }: ChosenSecret): Promise<void> {
    const facts = kind === 'staged' ? 'secret_change' : 'former_secret_facts';
    await this.dataSource.query(
      `UPDATE api_services SET ${facts} = jsonb_set(${facts}, '{usedAt}', to_jsonb($3::text))
       WHERE id = $1 AND ${facts}->>'fingerprint' = $2`,
      [id, fingerprint, new Date().toISOString()],
    );
  }

  /**
   * What the provider made of a staged one.
   * @returns whether that is news: nothing happens where it is known, or where another one was staged, or it was withdrawn, meanwhile
   */
  async conclude(slug: string, { fingerprint, taken }: { fingerprint: string; taken: boolean }): Promise<boolean> {
    let isNews = false;
    const deciding = this.change(slug, taken ? 'secret_proven' : 'secret_refused', async (apiService, manager) => {
      const { secretChange } = apiService;
      if (secretChange?.state !== 'staged' || secretChange.fingerprint !== fingerprint) return null;
      isNews = true;
      const detail = taken ? 'The provider took it.' : 'The provider answered invalid_client to it.';
      const decided = { state: taken ? 'proven' : 'refused', decidedAt: new Date().toISOString(), detail } as const;
      apiService.secretChange = { ...secretChange, ...decided };
      if (!taken || secretChange.promote !== 'when_proven') return fingerprint;
      await this.takeOver(manager, apiService);
      await this.apiServices.record(manager, apiService, { event: 'secret_promoted', fingerprint });
      return fingerprint;
    });
    // A retired one has revocations to make, and no change to come.
    await deciding.catch((error: unknown) => {
      if (!(error instanceof ApiServiceNotFound)) throw error;
    });
    return isNews;
  }

  private async takeOver(manager: EntityManager, apiService: ApiService): Promise<void> {
    this.proofs.promoteSecret(apiService);
    // What stood against the client was said about the secret before.
    if (apiService.clearClient(new Date())) await this.publications.announce(manager, apiService);
    await reviveRevocations(manager, apiService.id);
  }

  /** @param change gives the fingerprint of the secret that it is about, or null where there is nothing to change */
  private async change(
    slug: string,
    event: Happening['event'],
    change: (apiService: ApiService, manager: EntityManager) => Promise<string | null> | string | null,
  ): Promise<ApiService> {
    const changed = await this.dataSource.transaction(async (manager) => {
      const apiService = await this.apiServices.lock(manager, slug);
      const fingerprint = await change(apiService, manager);
      if (fingerprint === null) return apiService;
      apiService.updatedAt = new Date();
      await manager.save(apiService);
      await this.apiServices.record(manager, apiService, { event, fingerprint });
      return apiService;
    });
    this.publications.nudge();
    return changed;
  }

  private checkStaged({ manifest, clientSecretFingerprint }: ApiService, secret: Secret): void {
    const message = !provesBySecret(manifest)
      ? `is of no use: this client proves itself by \`${manifest.clientAuthentication}\``
      : this.proofs.fingerprint(secret) === clientSecretFingerprint
        ? 'is the one in use'
        : null;
    if (message !== null) throw new InvalidInput([{ pointer: '/clientSecret', message }]);
  }
}

/** @returns its fingerprint */
function eraseFormerOf(apiService: ApiService, { fingerprint }: { fingerprint: string }): string {
  Object.assign(apiService, { formerSecret: null, formerSecretFacts: null });
  return fingerprint;
}

function stagedOf({ slug, secretChange }: ApiService): SecretChange {
  if (secretChange === null) throw new NothingStaged(slug);
  return secretChange;
}

async function checkConnection(manager: EntityManager, { id }: ApiService, connectionId: string | null): Promise<void> {
  if (connectionId === null) return;
  const found = await manager.query<unknown[]>(
    `SELECT FROM connections WHERE id = $1 AND api_service_id = $2 AND status IN ${LIVING}`,
    [connectionId, id],
  );
  if (found.length > 0) return;
  throw new InvalidInput([{ pointer: '/connectionId', message: 'is no living connection of this API service' }]);
}
