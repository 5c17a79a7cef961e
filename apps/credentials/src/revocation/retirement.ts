import { Injectable } from '@nestjs/common';
import { DataSource, Not } from 'typeorm';
import { WouldStrand } from '../api-services/api-service.errors.js';
import { ApiService } from '../api-services/api-service.entity.js';
import { ApiServices } from '../api-services/api-services.js';
import { Connection } from '../connections/connection.entity.js';
import { Publications } from '../publication/publications.js';
import { Revocation } from './revocation.js';

const NAMED_IN_REFUSAL = 20;

export interface RetirementResult {
  slug: string;
  /** Connections that were revoked by it. */
  revoked: number;
}

/** The end of an API service: its connections end with it, at the provider too. */
@Injectable()
export class Retirement {
  constructor(
    private readonly dataSource: DataSource,
    private readonly apiServices: ApiServices,
    private readonly revocation: Revocation,
    private readonly publications: Publications,
  ) {}

  /** @throws ApiServiceNotFound, WouldStrand */
  async retire(slug: string, { force }: { force: boolean }): Promise<RetirementResult> {
    const revoked = await this.dataSource.transaction(async (manager) => {
      const apiService = await this.apiServices.lock(manager, slug);
      const where = { apiServiceId: apiService.id, status: Not('revoked' as const) };
      const ending = await manager.find(Connection, { where, select: { id: true, user: true, status: true } });
      const living = ending.filter(({ status }) => status !== 'pending');
      if (living.length > 0 && !force)
        throw new WouldStrand(slug, living.slice(0, NAMED_IN_REFUSAL).map(strand), living.length);
      for (const { id } of ending) await this.revocation.end(manager, id);
      apiService.retire(new Date());
      await manager.save(ApiService, apiService);
      await this.apiServices.record(manager, apiService, { event: 'retired' });
      return living.length;
    });
    this.publications.nudge();
    return { slug, revoked };
  }

  /** A retired client's secret goes as soon as no revocation needs it any more. */
  async eraseSecrets(): Promise<void> {
    await this.dataSource.query(
      `UPDATE api_services s SET client_secret = NULL WHERE s.status = 'retired' AND s.client_secret IS NOT NULL
         AND NOT EXISTS (SELECT FROM revocations r WHERE r.api_service_id = s.id AND r.status = 'revoke_pending')`,
    );
  }
}

const strand = ({ user, status }: Connection) => ({ user, status });
