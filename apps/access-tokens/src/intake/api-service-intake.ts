import { Injectable, Logger } from '@nestjs/common';
import { AuditLog } from '@lockkeeper/audit-chain';
import type { ApiServicePublication, LockkeeperEvent } from '@lockkeeper/contracts';
import { DataSource, type EntityManager } from 'typeorm';
import { apiServiceEvents } from '../events/derived-events.js';
import { EventOutbox } from '../events/event-outbox.js';
import { ApiServices } from './api-services.js';
import { checkedApiService } from './publication.schema.js';

/** Takes in what was published about an API service itself. */
@Injectable()
export class ApiServiceIntake {
  private readonly logger = new Logger('intake');

  constructor(
    private readonly dataSource: DataSource,
    private readonly apiServices: ApiServices,
    private readonly outbox: EventOutbox,
    private readonly audit: AuditLog,
  ) {}

  /** @param digest of the sealed publication @returns false if what is held already is as new, or newer @throws PublicationUnfit */
  async take(opened: ApiServicePublication, digest: string): Promise<boolean> {
    const publication = checkedApiService(opened);
    const events = await this.dataSource.transaction((manager) => this.keep(manager, publication, digest));
    if (events === null) return false;
    this.outbox.sendSoon(events);
    const { apiServiceId, apiService, status } = publication;
    this.logger.log({ event: 'api_service_taken_in', apiServiceId, apiService, status });
    return true;
  }

  private async keep(
    manager: EntityManager,
    publication: ApiServicePublication,
    digest: string,
  ): Promise<LockkeeperEvent[] | null> {
    const { apiServiceId, apiService, status, revision } = publication;
    const known = await this.apiServices.lock(manager, apiServiceId);
    if (!(await this.apiServices.keepIfNewer(manager, publication, digest))) return null;
    const events = apiServiceEvents(known, publication);
    await this.outbox.put(manager, events);
    const details = { apiService, status, revision, events: events.map(({ type }) => type) };
    await this.audit.append(
      { action: 'publication.taken_in', objectType: 'api_service', objectId: apiServiceId, details },
      manager,
    );
    return events;
  }
}
