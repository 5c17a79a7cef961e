import { Injectable, Logger } from '@nestjs/common';
import { AuditLog } from '@lockkeeper/audit-chain';
import { DatabaseClock } from '@lockkeeper/database';
import { DataSource, type EntityManager } from 'typeorm';
import { ApiServicePublications } from '../publication/api-service-publications.js';
import type { TokenFault } from '../token-endpoint/token-fault.js';
import { ApiService } from './api-service.entity.js';
import { reviveRevocations } from './waiting-revocations.js';

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
    private readonly publications: ApiServicePublications,
    private readonly clock: DatabaseClock,
  ) {}

  /** @param asked the API service as it was when its provider was asked: a client that took the place of the refused one meanwhile isn't blamed for it */
  async refused(asked: ApiService, fault: TokenFault): Promise<void> {
    const { id, slug } = asked;
    const { oauthError, code, detail, hint } = fault;
    const first = await this.change(
      id,
      'api_service.client_fault',
      (apiService) =>
        apiService.clientAsHeld === asked.clientAsHeld &&
        apiService.blameClient({ code: oauthError ?? code, detail, hint }, this.clock.now()),
    );
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
    const healed = await this.change(id, 'api_service.client_healed', async (apiService, manager) => {
      await reviveRevocations(manager, id);
      return apiService.clearClient(this.clock.now());
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

  /** Access-tokens hears of it after the commit, and only where the client's state is another one now. @returns whether it is */
  private async change(
    id: string,
    action: string,
    change: (apiService: ApiService, manager: EntityManager) => Promise<boolean> | boolean,
  ): Promise<boolean> {
    const changed = await this.dataSource.transaction(async (manager) => {
      const apiService = await manager.findOneOrFail(ApiService, {
        where: { id },
        lock: { mode: 'pessimistic_write' },
      });
      if (apiService.status === 'retired') return false;
      const isAnother = await change(apiService, manager);
      const { status, fault, probeAt, revision, updatedAt } = apiService;
      await manager.update(ApiService, { id }, { status, fault: fault as object, probeAt, revision, updatedAt });
      if (!isAnother) return false;
      await this.audit.append({ action, objectType: 'api_service', objectId: apiService.slug }, manager);
      await this.publications.announce(manager, apiService);
      return true;
    });
    if (changed) this.publications.nudge();
    return changed;
  }
}
