import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '@lockkeeper/audit-chain';
import { columnsOf, prepared } from '@lockkeeper/database';
import { Secret } from '@lockkeeper/sealing';
import { DataSource, type EntityManager, Not, QueryFailedError } from 'typeorm';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { ApiServicePublications } from '../publication/api-service-publications.js';
import type { Circumstances } from '../token-endpoint/explanation.js';
import { atAliases } from '../token-endpoint/mtls-aliases.js';
import type { OAuthTarget } from '../token-endpoint/oauth-target.js';
import type { ApiServiceAmendment, ApiServiceInput } from './api-service.dto.js';
import { ApiService } from './api-service.entity.js';
import { ApiServiceNotFound, SignsNothing, SlugTaken } from './api-service.errors.js';
import { checkAssertionKey } from './assertion-key.js';
import { ClientProofs } from './client-proofs.js';
import { ManifestSource } from './manifest-source.js';
import { reviveRevocations } from './waiting-revocations.js';

const UNIQUE_VIOLATION = '23505';

export interface Happening {
  event:
    | 'registered'
    | 'amended'
    | 'secret_changed'
    | 'secret_staged'
    | 'secret_proven'
    | 'secret_refused'
    | 'secret_promoted'
    | 'secret_withdrawn'
    | 'former_secret_retired'
    | 'certificate_expiring'
    | 'key_rotated'
    | 'retired';
  /** The names of what was changed. */
  changed?: string[];
  /** Of a client secret that isn't the one in use. */
  fingerprint?: string;
}

/** Registers, finds and changes API services. Their client secret goes in, and comes out only towards the provider. */
@Injectable()
export class ApiServices {
  private columns: string | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly proofs: ClientProofs,
    private readonly manifests: ManifestSource,
    private readonly audit: AuditLog,
    private readonly publications: ApiServicePublications,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws InvalidInput, CatalogueEntryNotFound, DiscoveryFailed, EndpointsElsewhere, IssuerTaken, IssuerChanged, SlugTaken */
  async register(input: ApiServiceInput): Promise<ApiService> {
    const origin = await this.manifests.of(input);
    await checkAssertionKey(origin.manifest, { given: input.assertionKey, held: false });
    const apiService = this.dataSource.manager.create(ApiService, {
      id: randomUUID(),
      slug: input.slug,
      name: input.name ?? origin.name ?? input.slug,
      kind: origin.manifest.kind,
      status: 'active',
      clientKeys: null,
      clientKeyFacts: [],
      clientCertificate: null,
      clientCertificateFacts: null,
      serviceSecrets: null,
      serviceSecretFacts: {},
      catalogue: input.catalogue ?? null,
      discoveredIssuer: origin.found?.metadata.issuer ?? null,
      frozen: null,
      manifest: origin.manifest,
      scopes: input.scopes ?? origin.scopes,
      clientId: input.clientId ?? '',
      createdAt: new Date(),
      updatedAt: new Date(),
    });
    this.proofs.setSecret(apiService, Secret.from(input.clientSecret));
    this.proofs.setServiceSecrets(apiService, input.secrets);
    this.proofs.setAssertionKey(apiService, Secret.from(input.assertionKey));
    if (input.clientCertificate) this.proofs.setCertificate(apiService, input.clientCertificate);
    await this.proofs.provideKey(apiService);
    await this.dataSource.transaction(async (manager) => {
      await this.manifests.claimIssuer(manager, apiService, origin.found);
      await insertUnlessTaken(manager, apiService);
      await this.record(manager, apiService, { event: 'registered' });
    });
    return apiService;
  }

  /** Takes effect on the next request to the provider. @throws ApiServiceNotFound, InvalidInput, IssuerTaken */
  async amend(slug: string, amendment: ApiServiceAmendment): Promise<ApiService> {
    const amended = await this.dataSource.transaction(async (manager) => {
      const apiService = await this.lock(manager, slug);
      const { name, clientId, clientSecret, assertionKey, secrets, scopes } = amendment;
      apiService.manifest = this.manifests.amended(apiService.manifest, amendment);
      await this.manifests.claimIssuer(manager, apiService);
      await checkAssertionKey(apiService.manifest, { given: assertionKey, held: apiService.assertionKey !== null });
      Object.assign(apiService, defined({ name, clientId, scopes }));
      if (clientSecret !== undefined) this.proofs.replaceSecret(apiService, new Secret(clientSecret));
      this.proofs.setServiceSecrets(apiService, secrets);
      if (assertionKey !== undefined) this.proofs.setAssertionKey(apiService, new Secret(assertionKey));
      if (amendment.clientCertificate) this.proofs.setCertificate(apiService, amendment.clientCertificate);
      await this.proofs.provideKey(apiService);
      // What stood against the client was said about what it was before.
      const healed = apiService.clearClient(new Date());
      await manager.save(apiService);
      if (healed) await this.publications.announce(manager, apiService);
      await reviveRevocations(manager, apiService.id);
      const proof = clientSecret ?? assertionKey ?? secrets ?? amendment.clientCertificate;
      const event = proof === undefined ? 'amended' : 'secret_changed';
      await this.record(manager, apiService, { event, changed: Object.keys(defined(amendment)) });
      return apiService;
    });
    this.publications.nudge();
    return amended;
  }

  /** For whoever only asks what would happen. @throws SlugTaken */
  async assertFree(slug: string): Promise<void> {
    if (await this.dataSource.manager.existsBy(ApiService, { slug, status: Not('retired') })) throw new SlugTaken(slug);
  }

  list(): Promise<ApiService[]> {
    return this.dataSource.manager.find(ApiService, { where: { status: Not('retired') }, order: { slug: 'ASC' } });
  }

  /** @throws ApiServiceNotFound */
  async get(slug: string, manager: EntityManager = this.dataSource.manager): Promise<ApiService> {
    const apiService = await manager.findOneBy(ApiService, { slug, status: Not('retired') });
    if (!apiService) throw new ApiServiceNotFound(slug);
    return apiService;
  }

  /** Retired ones too: what is left of their connections still belongs to them. */
  byId(id: string, manager: EntityManager = this.dataSource.manager): Promise<ApiService> {
    return manager.findOneByOrFail(ApiService, { id });
  }

  byIds(ids: string[]): Promise<Map<string, ApiService>> {
    return this.select(this.dataSource.manager, 'id = ANY($1::uuid[])', ids);
  }

  /** Those that these connections belong to, by their own ids. */
  ofConnections(manager: EntityManager, ids: string[]): Promise<Map<string, ApiService>> {
    return this.select(manager, 'id IN (SELECT api_service_id FROM connections WHERE id = ANY($1::uuid[]))', ids);
  }

  /** @throws ApiServiceNotFound */
  async lock(manager: EntityManager, slug: string): Promise<ApiService> {
    const where = { slug, status: Not('retired' as const) };
    const apiService = await manager.findOne(ApiService, { where, lock: { mode: 'pessimistic_write' } });
    if (!apiService) throw new ApiServiceNotFound(slug);
    return apiService;
  }

  /** For whatever begins something new. @throws ApiServiceNotFound */
  assertLiving({ slug, status }: ApiService): void {
    if (status === 'retired') throw new ApiServiceNotFound(slug);
  }

  /** Unique for each API service, so that an answer at the wrong address is noticed (RFC 9700 section 4.4.2.2). */
  redirectUri({ slug }: Pick<ApiService, 'slug'>): string {
    return `${this.settings.CREDENTIALS_PUBLIC_URL}/callback/${slug}`;
  }

  /** Where the state of a callback is; the standard's name where nobody knows the API service. */
  async stateParameter(slug: string): Promise<string> {
    const apiService = await this.dataSource.manager.findOneBy(ApiService, { slug, status: Not('retired') });
    return apiService?.manifest.authorize.stateParameter ?? 'state';
  }

  /** What is known here of a request that went wrong, for its explanation. */
  circumstances(apiService: ApiService, scopes: readonly string[]): Circumstances {
    const { manifest, clientSecretFingerprint: fingerprint, clientSecretChangedAt: changedAt } = apiService;
    const secret = fingerprint === null || changedAt === null ? null : { fingerprint, changedAt };
    return { manifest, redirectUri: this.redirectUri(apiService), scopes, secret, now: new Date() };
  }

  /** Everything that a connection's request to the provider needs. The secret is opened here and nowhere else. */
  target(apiService: ApiService, { params }: { params: Record<string, string> }): OAuthTarget {
    const { slug, manifest, clientId, frozen } = apiService;
    return {
      slug,
      frozen,
      manifest: atAliases(manifest),
      clientId,
      ...this.proofs.opened(apiService),
      redirectUri: this.redirectUri(apiService),
      params,
    };
  }

  /** @throws ApiServiceNotFound, SignsNothing */
  rotateKey(slug: string, signAfterSeconds: number): Promise<ApiService> {
    return this.dataSource.transaction(async (manager) => {
      const apiService = await this.lock(manager, slug);
      if (apiService.clientKeyFacts.length === 0) throw new SignsNothing(slug);
      await this.proofs.rotateKey(apiService, signAfterSeconds);
      apiService.updatedAt = new Date();
      await manager.save(apiService);
      await this.record(manager, apiService, { event: 'key_rotated' });
      return apiService;
    });
  }

  async record(manager: EntityManager, apiService: ApiService, { event, ...more }: Happening): Promise<void> {
    const { slug, clientSecretFingerprint, serviceSecretFacts } = apiService;
    const others = Object.entries(serviceSecretFacts).map(([name, { fingerprint }]) => [name, fingerprint] as const);
    const details = {
      clientSecretFingerprint,
      ...(others.length > 0 && { secretFingerprints: Object.fromEntries(others) }),
      ...more,
    };
    await this.audit.append(
      { action: `api_service.${event}`, objectType: 'api_service', objectId: slug, details },
      manager,
    );
  }

  private async select(manager: EntityManager, condition: string, ids: string[]): Promise<Map<string, ApiService>> {
    this.columns ??= columnsOf(this.dataSource, ApiService);
    const rows = await manager.query<ApiService[]>(
      prepared(`SELECT ${this.columns} FROM api_services WHERE ${condition}`),
      [ids],
    );
    return new Map(rows.map((row) => [row.id, Object.assign(Object.create(ApiService.prototype) as ApiService, row)]));
  }
}

const defined = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;

async function insertUnlessTaken(manager: EntityManager, apiService: ApiService): Promise<void> {
  try {
    await manager.insert(ApiService, apiService as object);
  } catch (error) {
    const { code } = (error instanceof QueryFailedError ? error.driverError : {}) as { code?: string };
    throw code === UNIQUE_VIOLATION ? new SlugTaken(apiService.slug) : error;
  }
}
