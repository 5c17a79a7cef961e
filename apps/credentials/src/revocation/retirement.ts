import { Injectable } from '@nestjs/common';
import { AuditLog } from '@lockkeeper/audit-chain';
import { DataSource, type EntityManager, Not } from 'typeorm';
import { WouldStrand } from '../api-services/api-service.errors.js';
import { ApiService } from '../api-services/api-service.entity.js';
import { ApiServices } from '../api-services/api-services.js';
import { Connection } from '../connections/connection.entity.js';
import { SEALED_COLUMNS } from '../migrations/data-source.js';
import { Publications } from '../publication/publications.js';
import { Revocation } from './revocation.js';
import { Revocations } from './revocations.js';

const NAMED_IN_REFUSAL = 20;

export interface RetirementResult {
  slug: string;
  /** Connections that were revoked by it. */
  revoked: number;
}

const ITS_OWN = 'api_service_id = $1';
const OF_ITS_CONNECTIONS = 'connection_id IN (SELECT id FROM connections WHERE api_service_id = $1)';

/** Which rows of a table with sealed values are an API service's. A table that isn't here doesn't compile. */
const ROWS_OF: Record<(typeof SEALED_COLUMNS)[number]['table'], string> = {
  api_services: 'id = $1',
  connections: ITS_OWN,
  notice_settings: ITS_OWN,
  revocations: ITS_OWN,
  refresh_ledger: OF_ITS_CONNECTIONS,
  device_authorizations: OF_ITS_CONNECTIONS,
  authorization_flows: OF_ITS_CONNECTIONS,
};

/** The end of an API service: its connections end with it, at the provider too. */
@Injectable()
export class Retirement {
  /** API services of which nothing secret is left. */
  private readonly erased = new Set<string>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly apiServices: ApiServices,
    private readonly revocation: Revocation,
    private readonly revocations: Revocations,
    private readonly publications: Publications,
    private readonly audit: AuditLog,
  ) {}

  /** Of a frozen one nothing is revoked at the provider, since nobody knows to whom it would be sent: the receipts say so. @throws ApiServiceNotFound, WouldStrand */
  async retire(slug: string, { force }: { force: boolean }): Promise<RetirementResult> {
    const revoked = await this.dataSource.transaction(async (manager) => {
      const apiService = await this.apiServices.lock(manager, slug);
      const where = { apiServiceId: apiService.id, status: Not('revoked' as const) };
      const ending = await manager.find(Connection, { where, select: { id: true, user: true, status: true } });
      const living = ending.filter(({ status }) => status !== 'pending');
      if (living.length > 0 && !force)
        throw new WouldStrand(slug, living.slice(0, NAMED_IN_REFUSAL).map(strand), {
          total: living.length,
          frozen: apiService.frozen?.detail ?? null,
        });
      for (const { id } of ending) await this.revocation.end(manager, id);
      apiService.retire(new Date());
      await manager.save(ApiService, apiService);
      await this.apiServices.record(manager, apiService, { event: 'retired' });
      if (apiService.frozen) await this.revocations.abandonUnaskable(manager);
      return living.length;
    });
    this.publications.nudge();
    return { slug, revoked };
  }

  /** Everything secret of a retired API service goes as soon as no refresh is under way and no revocation needs it any more. */
  async eraseSecrets(): Promise<void> {
    await this.dataSource.transaction((manager) => this.revocations.abandonUnaskable(manager));
    const ended = await this.dataSource.query<{ id: string; slug: string }[]>(
      `SELECT s.id, s.slug FROM api_services s WHERE s.status = 'retired' AND s.id <> ALL ($1::uuid[])
         AND NOT EXISTS (SELECT FROM revocations r WHERE r.api_service_id = s.id AND r.status = 'revoke_pending')
         AND NOT EXISTS (SELECT FROM refresh_ledger l JOIN connections c ON c.id = l.connection_id
           WHERE c.api_service_id = s.id AND l.outcome IS NULL)`,
      [[...this.erased]],
    );
    for (const apiService of ended) {
      await this.dataSource.transaction((manager) => this.erase(manager, apiService));
      this.erased.add(apiService.id);
    }
  }

  private async erase(manager: EntityManager, { id, slug }: { id: string; slug: string }): Promise<void> {
    const erased: Record<string, number> = {};
    for (const [table, rows] of Object.entries(ROWS_OF)) {
      const columns = SEALED_COLUMNS.filter((sealed) => sealed.table === table).map(({ column }) => column);
      const [, count] = await manager.query<[unknown[], number]>(
        `UPDATE ${table} SET ${columns.map((column) => `${column} = NULL`).join(', ')}
         WHERE ${rows} AND coalesce(${columns.join(', ')}) IS NOT NULL`,
        [id],
      );
      if (count > 0) erased[table] = count;
    }
    if (Object.keys(erased).length === 0) return;
    const record = { action: 'api_service.secrets_erased', objectType: 'api_service', objectId: slug };
    await this.audit.append({ ...record, details: { rows: erased } }, manager);
  }
}

const strand = ({ user, status }: Connection) => ({ user, status });
