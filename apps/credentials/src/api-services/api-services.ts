import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '@lockkeeper/audit-chain';
import { KeyRing, Secret } from '@lockkeeper/sealing';
import { DataSource, type EntityManager, In, Not, QueryFailedError } from 'typeorm';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import type { OAuthTarget } from '../token-endpoint/oauth-target.js';
import type { ApiServiceAmendment, ApiServiceInput } from './api-service.dto.js';
import { ApiService } from './api-service.entity.js';
import { ApiServiceNotFound, SlugTaken } from './api-service.errors.js';
import { ManifestSource } from './manifest-source.js';

const UNIQUE_VIOLATION = '23505';

export interface Happening {
  event: 'registered' | 'amended' | 'secret_changed' | 'retired';
  /** The names of what was changed. */
  changed?: string[];
}

/** Registers, finds and changes API services. Their client secret goes in, and comes out only towards the provider. */
@Injectable()
export class ApiServices {
  constructor(
    private readonly dataSource: DataSource,
    private readonly keyRing: KeyRing,
    private readonly manifests: ManifestSource,
    private readonly audit: AuditLog,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws InvalidInput, CatalogueEntryNotFound, SlugTaken */
  async register(input: ApiServiceInput): Promise<ApiService> {
    const origin = this.manifests.of(input);
    const apiService = this.dataSource.manager.create(ApiService, {
      id: randomUUID(),
      slug: input.slug,
      name: input.name ?? origin.name ?? input.slug,
      kind: 'oauth2',
      status: 'active',
      catalogue: input.catalogue ?? null,
      manifest: origin.manifest,
      scopes: input.scopes ?? origin.scopes,
      clientId: input.clientId,
      createdAt: new Date(),
      updatedAt: new Date(),
    });
    this.setSecret(apiService, Secret.from(input.clientSecret));
    await this.dataSource.transaction(async (manager) => {
      await insertUnlessTaken(manager, apiService);
      await this.record(manager, apiService, { event: 'registered' });
    });
    return apiService;
  }

  /** Takes effect on the next request to the provider. @throws ApiServiceNotFound, InvalidInput */
  amend(slug: string, amendment: ApiServiceAmendment): Promise<ApiService> {
    return this.dataSource.transaction(async (manager) => {
      const apiService = await this.lock(manager, slug);
      const { name, clientId, clientSecret, scopes } = amendment;
      apiService.manifest = this.manifests.amended(apiService.manifest, amendment);
      Object.assign(apiService, defined({ name, clientId, scopes }));
      if (clientSecret !== undefined) this.setSecret(apiService, new Secret(clientSecret));
      // What stood against the client was said about what it was before.
      apiService.clearClient(new Date());
      await manager.save(apiService);
      const event = clientSecret === undefined ? 'amended' : 'secret_changed';
      await this.record(manager, apiService, { event, changed: Object.keys(defined(amendment)) });
      return apiService;
    });
  }

  list(): Promise<ApiService[]> {
    return this.dataSource.manager.find(ApiService, { where: { status: Not('retired') }, order: { slug: 'ASC' } });
  }

  /** @throws ApiServiceNotFound */
  async get(slug: string): Promise<ApiService> {
    const apiService = await this.dataSource.manager.findOneBy(ApiService, { slug, status: Not('retired') });
    if (!apiService) throw new ApiServiceNotFound(slug);
    return apiService;
  }

  /** Retired ones too: what is left of their connections still belongs to them. */
  byId(id: string, manager: EntityManager = this.dataSource.manager): Promise<ApiService> {
    return manager.findOneByOrFail(ApiService, { id });
  }

  async byIds(ids: string[]): Promise<Map<string, ApiService>> {
    const found = await this.dataSource.manager.findBy(ApiService, { id: In(ids) });
    return new Map(found.map((apiService) => [apiService.id, apiService]));
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

  /** Everything that a connection's request to the provider needs. The secret is opened here and nowhere else. */
  target(apiService: ApiService, { params }: { params: Record<string, string> }): OAuthTarget {
    const { slug, manifest, clientId, clientSecret } = apiService;
    return {
      slug,
      manifest,
      clientId,
      clientSecret: clientSecret === null ? null : this.keyRing.open(clientSecret, secretPlace(apiService)),
      redirectUri: this.redirectUri(apiService),
      params,
    };
  }

  async record(manager: EntityManager, { slug, clientSecretFingerprint }: ApiService, what: Happening): Promise<void> {
    const { event, ...more } = what;
    const details = { clientSecretFingerprint, ...more };
    await this.audit.append(
      { action: `api_service.${event}`, objectType: 'api_service', objectId: slug, details },
      manager,
    );
  }

  private setSecret(apiService: ApiService, secret: Secret | null): void {
    apiService.clientSecret = secret && this.keyRing.seal(secret, secretPlace(apiService));
    apiService.clientSecretFingerprint = secret && this.keyRing.fingerprint(secret);
    apiService.clientSecretChangedAt = secret && new Date();
  }
}

const secretPlace = ({ id }: ApiService) => ({ table: 'api_services', id, column: 'client_secret' });

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
