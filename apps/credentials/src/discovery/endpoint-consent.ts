import { Injectable } from '@nestjs/common';
import { ManifestRefused, readManifest } from '@lockkeeper/manifests';
import { DatabaseClock } from '@lockkeeper/database';
import { DataSource, type EntityManager, Not } from 'typeorm';
import { ApiServiceNotFound } from '../api-services/api-service.errors.js';
import { ApiService } from '../api-services/api-service.entity.js';
import { DiscoveredIssuer, type Proposal } from './discovered-issuer.entity.js';
import { NotDiscovered, NothingProposed, ProposalUnusable } from './discovery.errors.js';
import { moved } from './endpoint-changes.js';
import { PinnedIssuers } from './pinned-issuers.js';

/** An issuer, and the API services that were registered by it. */
export interface Discovered {
  issuer: DiscoveredIssuer;
  apiServices: string[];
}

/** What an admin makes of changed endpoints: for all API services of the issuer, since they are one server's. */
@Injectable()
export class EndpointConsent {
  constructor(
    private readonly dataSource: DataSource,
    private readonly pins: PinnedIssuers,
    private readonly clock: DatabaseClock,
  ) {}

  /** @throws ApiServiceNotFound, NotDiscovered */
  async of(slug: string): Promise<Discovered> {
    const name = await issuerOf(this.dataSource.manager, slug);
    const issuer = await this.dataSource.manager.findOneByOrFail(DiscoveredIssuer, { issuer: name });
    const where = { discoveredIssuer: name, status: Not('retired' as const) };
    const found = await this.dataSource.manager.find(ApiService, {
      where,
      select: { slug: true },
      order: { slug: 'ASC' },
    });
    return { issuer, apiServices: found.map((apiService) => apiService.slug) };
  }

  /** From now on requests go to the new endpoints. @throws ApiServiceNotFound, NotDiscovered, NothingProposed, ProposalUnusable */
  async accept(slug: string, fingerprint: string): Promise<void> {
    await this.decide(slug, fingerprint, async (manager, issuer, { changes, metadata }) => {
      if (metadata === null) throw new ProposalUnusable('it is the metadata of another issuer');
      issuer.accept(metadata);
      await this.pins.judge(manager, issuer.issuer, {
        action: 'api_service.endpoints_accepted',
        detail: 'An admin accepted the changed endpoints of its issuer.',
        details: { changes, proposal: fingerprint },
        change: (apiService) => {
          apiService.manifest = readMoved(apiService, changes);
          apiService.thaw(this.clock.now());
        },
      });
    });
  }

  /** Requests go on to the endpoints that are pinned. @throws ApiServiceNotFound, NotDiscovered, NothingProposed */
  async refuse(slug: string, fingerprint: string): Promise<void> {
    await this.decide(slug, fingerprint, async (manager, issuer, proposal) => {
      issuer.refuse(proposal);
      await this.pins.judge(manager, issuer.issuer, {
        action: 'api_service.endpoints_refused',
        detail: 'An admin refused the changed endpoints of its issuer; the pinned ones stay in use.',
        details: { changes: proposal.changes, proposal: fingerprint },
        change: (apiService) => apiService.thaw(this.clock.now()),
      });
    });
  }

  private async decide(
    slug: string,
    fingerprint: string,
    decision: (manager: EntityManager, issuer: DiscoveredIssuer, proposal: Proposal) => Promise<void>,
  ): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const issuer = await this.pins.lock(manager, await issuerOf(manager, slug));
      if (issuer?.proposal?.fingerprint !== fingerprint) throw new NothingProposed(slug);
      await decision(manager, issuer, issuer.proposal);
      await manager.save(issuer);
    });
    this.pins.nudge();
  }
}

async function issuerOf(manager: EntityManager, slug: string): Promise<string> {
  const apiService = await manager.findOneBy(ApiService, { slug, status: Not('retired' as const) });
  if (!apiService) throw new ApiServiceNotFound(slug);
  if (apiService.discoveredIssuer === null) throw new NotDiscovered(slug);
  return apiService.discoveredIssuer;
}

function readMoved({ slug, manifest }: ApiService, changes: Proposal['changes']) {
  try {
    return readManifest(moved(manifest, changes)).manifest;
  } catch (error) {
    if (!(error instanceof ManifestRefused)) throw error;
    throw new ProposalUnusable(`the manifest of ${slug} would not hold together: ${error.detail}`);
  }
}
