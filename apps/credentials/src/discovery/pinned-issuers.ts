import { Inject, Injectable, Logger } from '@nestjs/common';
import { AuditLog } from '@lockkeeper/audit-chain';
import { DatabaseClock } from '@lockkeeper/database';
import { currentContext } from '@lockkeeper/observability';
import { DataSource, type EntityManager, Not } from 'typeorm';
import { ApiService } from '../api-services/api-service.entity.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { ApiServicePublications } from '../publication/api-service-publications.js';
import { type DiscoveryFailed, IssuerMismatch } from '../token-endpoint/discovery.errors.js';
import type { FoundMetadata } from '../token-endpoint/metadata-request.js';
import { DiscoveredIssuer, type Proposal, type Sight } from './discovered-issuer.entity.js';
import { IssuerChanged } from './discovery.errors.js';
import { changesBetween } from './endpoint-changes.js';
import { freezeDetail } from './freeze-detail.js';
import { secondsUntilNextLook } from './next-look.js';

/** What happens to every living API service of an issuer at once. */
interface Verdict {
  action: string;
  /** For the timelines of their connections. */
  detail: string;
  details?: Record<string, unknown>;
  change: (apiService: ApiService) => void;
}

/** What issuers said when somebody agreed to it: their endpoints stay so until somebody agrees again. */
@Injectable()
export class PinnedIssuers {
  private readonly logger = new Logger('discovery');

  constructor(
    private readonly dataSource: DataSource,
    private readonly audit: AuditLog,
    private readonly publications: ApiServicePublications,
    private readonly clock: DatabaseClock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * In the transaction that registers an API service by it. One that others were registered by is the same server: it has to say the same.
   * @throws IssuerChanged
   */
  async pin(manager: EntityManager, found: FoundMetadata): Promise<void> {
    const { issuer } = found.metadata;
    const known = await this.lock(manager, issuer);
    const isInUse = known !== null && (await livingOf(manager, issuer)).length > 0;
    if (isInUse && (known.proposal !== null || changesBetween(known.metadata, found.metadata).length > 0))
      throw new IssuerChanged(issuer);
    const pinned = known ?? manager.create(DiscoveredIssuer, { issuer, failures: 0, refused: null });
    if (isInUse) pinned.sees(found, this.clock.now());
    else pinned.pin(found, this.clock.now());
    await this.save(manager, pinned, found.maxAgeSeconds);
  }

  /** Nothing, where no API service was registered by it. */
  async saw(found: FoundMetadata): Promise<void> {
    const { issuer } = found.metadata;
    await this.observe(issuer, found.maxAgeSeconds, (known) => known.sees(found, this.clock.now()));
  }

  /** A look brought nothing that can be used. */
  async missed(issuer: string, failure: DiscoveryFailed): Promise<void> {
    const now = this.clock.now();
    await this.observe(issuer, null, (known) => {
      if (failure instanceof IssuerMismatch) return known.seesOther(failure.found, now);
      known.misses(failure, now);
      return 'known';
    });
    this.logger.warn({ event: 'issuer_not_seen', issuer, fault: failure.code });
  }

  /** To all living API services of the issuer; call `nudge()` after the commit. */
  async judge(
    manager: EntityManager,
    issuer: string,
    { action, detail, details = {}, change }: Verdict,
  ): Promise<ApiService[]> {
    const apiServices = await livingOf(manager, issuer);
    for (const apiService of apiServices) {
      change(apiService);
      await manager.save(apiService);
      const record = { action, objectType: 'api_service', objectId: apiService.slug, details: { issuer, ...details } };
      await this.audit.append(record, manager);
      await tellConnections(manager, apiService, { event: action.replace('.', '_'), detail });
      await this.publications.announce(manager, apiService);
    }
    return apiServices;
  }

  nudge(): void {
    this.publications.nudge();
  }

  lock(manager: EntityManager, issuer: string): Promise<DiscoveredIssuer | null> {
    return manager.findOne(DiscoveredIssuer, { where: { issuer }, lock: { mode: 'pessimistic_write' } });
  }

  private async observe(
    issuer: string,
    maxAgeSeconds: number | null,
    look: (known: DiscoveredIssuer) => Sight,
  ): Promise<void> {
    const sight = await this.dataSource.transaction(async (manager) => {
      const known = await this.lock(manager, issuer);
      if (known === null) return 'known';
      const seen = look(known);
      await this.save(manager, known, maxAgeSeconds);
      if (seen === 'proposed') await this.freeze(manager, issuer, known.proposal!);
      if (seen === 'thawed') await this.thaw(manager, issuer);
      return seen;
    });
    if (sight !== 'known') this.nudge();
  }

  private async freeze(
    manager: EntityManager,
    issuer: string,
    { changes, since, fingerprint }: Proposal,
  ): Promise<void> {
    const freeze = { since, detail: freezeDetail(issuer, changes) };
    const frozen = await this.judge(manager, issuer, {
      action: 'api_service.frozen',
      detail: `Nothing is sent for it: ${freeze.detail}`,
      details: { changes, proposal: fingerprint },
      change: (apiService) => apiService.freeze(freeze, this.clock.now()),
    });
    const apiServices = frozen.map(({ slug }) => slug);
    this.logger.error({
      event: 'api_service_frozen',
      issuer,
      apiServices,
      changed: changes.map(({ member }) => member),
    });
  }

  private async thaw(manager: EntityManager, issuer: string): Promise<void> {
    const change = (apiService: ApiService): void => apiService.thaw(this.clock.now());
    const thawed = await this.judge(manager, issuer, {
      action: 'api_service.thawed',
      detail: 'Its issuer took its change back.',
      change,
    });
    const apiServices = thawed.map(({ slug }) => slug);
    this.logger.warn({ event: 'api_service_thawed', issuer, apiServices });
  }

  private async save(manager: EntityManager, pinned: DiscoveredIssuer, maxAgeSeconds: number | null): Promise<void> {
    const waits = secondsUntilNextLook(
      { maxAgeSeconds, failures: pinned.failures, jitter: Math.random() },
      this.settings,
    );
    pinned.lookAt = new Date(this.clock.now().getTime() + waits * 1000);
    await manager.save(pinned);
  }
}

const livingOf = (manager: EntityManager, issuer: string): Promise<ApiService[]> =>
  manager.find(ApiService, {
    where: { discoveredIssuer: issuer, status: Not('retired' as const) },
    order: { slug: 'ASC' },
    lock: { mode: 'pessimistic_write' },
  });

/** Whoever looks at one of them sees why its turn does not come. */
const tellConnections = (
  manager: EntityManager,
  { id }: ApiService,
  { event, detail }: { event: string; detail: string },
): Promise<unknown> =>
  manager.query(
    `INSERT INTO timeline (connection_id, event, version, actor, detail)
     SELECT id, $2, version, $3, $4 FROM connections WHERE api_service_id = $1 AND status NOT IN ('pending', 'revoked')`,
    [id, event, currentContext()?.actor ?? 'system', detail],
  );
