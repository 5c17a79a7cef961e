import { Injectable } from '@nestjs/common';
import { AuditLog, type AuditOutcome } from '@lockkeeper/audit-chain';
import type { PublicationCause } from '@lockkeeper/contracts';
import { DataSource, type EntityManager } from 'typeorm';
import { ApiServices } from '../api-services/api-services.js';
import { Publications } from '../publication/publications.js';
import { type Belonging, Connections } from './connections.js';
import { Timeline } from './timeline.js';
import type { TraceStep } from './timeline-entry.entity.js';

/** What a transition was, for everybody who has to hear of it. */
export interface TransitionStory {
  /** What access-tokens is told; null where nothing changed that consumers could notice. */
  publish: PublicationCause | null;
  /** Lower_snake past participle: the timeline's event, and with `connection.` before it the audit log's action. */
  event: string;
  detail: string;
  hint?: string | null;
  steps?: TraceStep[];
  outcome?: AuditOutcome;
}

/** Null: on a closer look there was nothing to do, and nothing is written. */
export type Change = (
  belonging: Belonging,
  manager: EntityManager,
) => Promise<TransitionStory | null> | TransitionStory | null;

/**
 * Every change of a connection goes this way: the row locked, the transition made, and its publication, timeline and
 * audit rows kept in the same transaction. access-tokens hears of it after the commit, never before.
 */
@Injectable()
export class Transitions {
  constructor(
    private readonly dataSource: DataSource,
    private readonly connections: Connections,
    private readonly apiServices: ApiServices,
    private readonly publications: Publications,
    private readonly timeline: Timeline,
    private readonly audit: AuditLog,
  ) {}

  async make(connectionId: string, change: Change): Promise<Belonging> {
    const belonging = await this.dataSource.transaction((manager) => this.within(manager, connectionId, change));
    this.publications.nudge();
    return belonging;
  }

  /** For a larger transaction; the caller nudges the relay after its commit. */
  async within(manager: EntityManager, connectionId: string, change: Change): Promise<Belonging> {
    const connection = await this.connections.lock(manager, connectionId);
    const apiService = await this.apiServices.byId(connection.apiServiceId, manager);
    const belonging = { connection, apiService };
    const story = await change(belonging, manager);
    if (story !== null) await this.keep(manager, belonging, story);
    return belonging;
  }

  private async keep(manager: EntityManager, belonging: Belonging, story: TransitionStory): Promise<void> {
    const { id, version } = belonging.connection;
    const { event, detail, hint, steps, outcome } = story;
    await this.connections.keep(manager, belonging.connection);
    if (story.publish !== null)
      await this.publications.announce(manager, belonging, {
        cause: story.publish,
        reason: reasonOf(belonging, story),
      });
    await this.timeline.record(
      { connectionId: id, version, event, detail, hint: hint ?? null, steps: steps ?? [] },
      manager,
    );
    const details = { apiService: belonging.apiService.slug, version };
    await this.audit.append(
      { action: `connection.${event}`, objectType: 'connection', objectId: id, outcome: outcome ?? 'done', details },
      manager,
    );
  }
}

const reasonOf = ({ connection }: Belonging, { publish, detail }: TransitionStory): string | null =>
  publish === 'notice' ? detail : (connection.fault?.detail ?? null);
