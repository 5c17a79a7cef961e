import { Injectable, Logger } from '@nestjs/common';
import { AuditLog } from '@lockkeeper/audit-chain';
import { DataSource } from 'typeorm';
import type { TokenFault } from '../token-endpoint/token-fault.js';
import { ApiService } from './api-service.entity.js';

/**
 * Whether the provider accepts our client. A refused client stops its own scheduled refreshes and tells its admin;
 * it says nothing about any grant, and harms none.
 */
@Injectable()
export class ClientHealth {
  private readonly logger = new Logger('client-health');

  constructor(
    private readonly dataSource: DataSource,
    private readonly audit: AuditLog,
  ) {}

  async refused({ id, slug }: ApiService, fault: TokenFault): Promise<void> {
    const first = await this.change(id, (apiService) => {
      const wasFine = apiService.status === 'active';
      apiService.blameClient(
        { code: fault.oauthError ?? fault.code, detail: fault.detail, hint: fault.hint },
        new Date(),
      );
      return wasFine ? 'api_service.client_fault' : null;
    });
    if (first)
      this.logger.error({
        event: 'api_service_client_fault',
        apiService: slug,
        fault: fault.oauthError ?? fault.code,
        hint: fault.hint,
      });
  }

  /** The provider dealt with our client; whatever stood against it is over. */
  async accepted({ id, slug, status, fault }: ApiService): Promise<void> {
    if (status !== 'client_fault' && fault === null) return;
    const healed = await this.change(id, (apiService) => {
      const wasFaulty = apiService.status === 'client_fault';
      apiService.clearClient(new Date());
      return wasFaulty ? 'api_service.client_healed' : null;
    });
    if (healed) this.logger.log({ event: 'api_service_client_healed', apiService: slug });
  }

  /** The provider asked for quiet (429, 503 with Retry-After): one pause for all of the API service's scheduled refreshes. */
  async pause(id: string, seconds: number): Promise<void> {
    await this.dataSource.query(
      `UPDATE api_services SET paused_until = greatest(paused_until, now() + make_interval(secs => $2)) WHERE id = $1`,
      [id, seconds],
    );
  }

  private change(id: string, change: (apiService: ApiService) => string | null): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const apiService = await manager.findOneOrFail(ApiService, {
        where: { id },
        lock: { mode: 'pessimistic_write' },
      });
      if (apiService.status === 'retired') return false;
      const action = change(apiService);
      const { status, fault, probeAt, updatedAt } = apiService;
      await manager.update(ApiService, { id }, { status, fault: fault as object, probeAt, updatedAt });
      if (action) await this.audit.append({ action, objectType: 'api_service', objectId: apiService.slug }, manager);
      return action !== null;
    });
  }
}
