import { Injectable, Logger } from '@nestjs/common';
import { AuditLog } from '@lockkeeper/audit-chain';
import type { LockkeeperEvent, Publication } from '@lockkeeper/contracts';
import { reached } from '@lockkeeper/observability';
import { DataSource, type EntityManager } from 'typeorm';
import { deriveEvents } from '../events/derived-events.js';
import { EventOutbox } from '../events/event-outbox.js';
import { Arrivals } from './arrivals.js';
import { Connections } from './connections.js';
import { HeldNotices } from './held-notices.js';
import { checkedPublication } from './publication.schema.js';

/** Takes in what was published about a connection. */
@Injectable()
export class ConnectionIntake {
  private readonly logger = new Logger('intake');

  constructor(
    private readonly dataSource: DataSource,
    private readonly connections: Connections,
    private readonly outbox: EventOutbox,
    private readonly audit: AuditLog,
    private readonly arrivals: Arrivals,
    private readonly notices: HeldNotices,
  ) {}

  /**
   * Done once this resolves: the token can be read, its event is on its way.
   * @param digest of the sealed publication
   * @returns false if what is held already is as new, or newer
   * @throws PublicationUnfit
   */
  async take(opened: Publication, digest: string): Promise<boolean> {
    const publication = checkedPublication(opened);
    const events = await this.dataSource.transaction((manager) => this.keep(manager, publication, digest));
    reached('after_intake_commit');
    if (events !== null) this.tell(publication, events);
    return events !== null;
  }

  /** Row, events and audit entry: all of it, or nothing. @returns null if it was old */
  private async keep(
    manager: EntityManager,
    publication: Publication,
    digest: string,
  ): Promise<LockkeeperEvent[] | null> {
    const { connectionId, apiService, status, version, revision, cause } = publication;
    const known = await this.connections.lock(manager, connectionId);
    const { own, named } = this.connections.fingerprintsOf(publication);
    if (!(await this.connections.keepIfNewer(manager, publication, { digest, fingerprint: own }))) return null;
    await this.notices.keep(manager, publication);
    const events = deriveEvents(known, publication, { own: own ?? known?.fingerprint ?? null, named });
    await this.outbox.put(manager, events);
    await this.audit.append(
      {
        action: 'publication.taken_in',
        objectType: 'connection',
        objectId: connectionId,
        details: { apiService, status, version, revision, cause, events: events.map(({ type }) => type) },
      },
      manager,
    );
    return events;
  }

  private tell(
    { connectionId, apiService, user, status, version, cause }: Publication,
    events: LockkeeperEvent[],
  ): void {
    this.arrivals.announce({ id: connectionId, version, apiService, user });
    this.outbox.sendSoon(events);
    this.logger.log({ event: 'publication_taken_in', connectionId, apiService, status, version, cause });
  }
}
