import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { AuditLog } from '@lockkeeper/audit-chain';
import type { LockkeeperEvent, Publication } from '@lockkeeper/contracts';
import { PublicationOpener } from '@lockkeeper/sealing';
import { DataSource, type EntityManager } from 'typeorm';
import { deriveEvents } from '../events/derived-events.js';
import { EventOutbox } from '../events/event-outbox.js';
import { Arrivals } from './arrivals.js';
import { Connections } from './connections.js';
import { publicationsTakenIn } from './intake.metrics.js';
import { checkedPublication } from './publication.schema.js';

/** `old`: what is held already is as new, or newer. */
export type IntakeOutcome = 'taken_in' | 'old';

/** A publication's whole way into this workspace, from whichever side it comes: the durable's delivery, or a replay. */
@Injectable()
export class Intake {
  private readonly logger = new Logger('intake');

  constructor(
    private readonly dataSource: DataSource,
    private readonly opener: PublicationOpener,
    private readonly connections: Connections,
    private readonly outbox: EventOutbox,
    private readonly audit: AuditLog,
    private readonly arrivals: Arrivals,
  ) {}

  /**
   * Done once this resolves: the token can be read, its event is on its way.
   * @param sealed a compact JWE
   * @param connectionId the connection that the subject names
   * @throws SealingError `publication_refused`, PublicationUnfit: no retry helps; anything else may pass
   */
  async take(sealed: string, connectionId: string): Promise<IntakeOutcome> {
    const publication = await this.opened(sealed, connectionId);
    const events = await this.dataSource.transaction((manager) => this.keep(manager, publication, digestOf(sealed)));
    const outcome = events === null ? 'old' : 'taken_in';
    publicationsTakenIn.inc({ outcome });
    if (events !== null) this.tell(publication, events);
    return outcome;
  }

  private async opened(sealed: string, connectionId: string): Promise<Publication> {
    try {
      return checkedPublication(await this.opener.open(sealed, connectionId));
    } catch (error) {
      publicationsTakenIn.inc({ outcome: 'refused' });
      throw error;
    }
  }

  /** Row, events and audit entry: all of it, or nothing. @returns null if it was old */
  private async keep(
    manager: EntityManager,
    publication: Publication,
    digest: string,
  ): Promise<LockkeeperEvent[] | null> {
    const { connectionId, apiService, status, version, revision, cause } = publication;
    const known = await this.connections.lock(manager, connectionId);
    if (!(await this.connections.keepIfNewer(manager, publication, digest))) return null;
    const events = deriveEvents(known, publication);
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

  private tell({ connectionId, apiService, status, version, cause }: Publication, events: LockkeeperEvent[]): void {
    this.arrivals.announce({ id: connectionId, version });
    this.outbox.sendSoon(events);
    this.logger.log({ event: 'publication_taken_in', connectionId, apiService, status, version, cause });
  }
}

/** Tells one sealed publication from another without opening either. */
export const digestOf = (sealed: string): string => createHash('sha256').update(sealed, 'utf8').digest('base64url');
