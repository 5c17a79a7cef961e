import { Injectable } from '@nestjs/common';
import { AuditLog, type AuditOutcome, type AuditRecord } from '@lockkeeper/audit-chain';
import type { PublicationCause } from '@lockkeeper/contracts';
import { inOneGo } from '@lockkeeper/database';
import { DataSource, type EntityManager } from 'typeorm';
import { Publications } from '../publication/publications.js';
import { Revocations } from '../revocation/revocations.js';
import { type Connection, isOver } from './connection.entity.js';
import { copyOf } from './connection-rows.js';
import { type Belonging, Connections } from './connections.js';
import { dependentsOf, subjectGone } from './subjects.js';
import { Timeline, type TimelineRecord } from './timeline.js';
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
  /** What else is to be told in the timeline. */
  besides?: Pick<TimelineRecord, 'event' | 'detail' | 'hint'>[];
}

/** Null: on a closer look there was nothing to do, and nothing is written. */
export type Change = (
  belonging: Belonging,
  manager: EntityManager,
) => Promise<TransitionStory | null> | TransitionStory | null;

/** A change of one connection, in whatever order it is made. */
export interface Transition {
  connectionId: string;
  change: Change;
  /** As it was read before, if it was: it is read anew only where it isn't that any more. Stays as it is. */
  seen?: Connection | null;
}

/**
 * Every change of a connection goes this way: the row locked, the transition made, and its publication, timeline and
 * audit rows kept in the same transaction. access-tokens hears of it after the commit, never before.
 */
@Injectable()
export class Transitions {
  constructor(
    private readonly dataSource: DataSource,
    private readonly connections: Connections,
    private readonly publications: Publications,
    private readonly timeline: Timeline,
    private readonly audit: AuditLog,
    private readonly revocations: Revocations,
  ) {}

  async make(connectionId: string, change: Change): Promise<Belonging> {
    const belonging = await this.dataSource.transaction((manager) => this.within(manager, connectionId, change));
    this.publications.nudge();
    return belonging;
  }

  /**
   * Many in one transaction, each as `make` would: all of them, or none.
   * @param besides what else belongs into that transaction, once all changes are made; sent behind the connections themselves
   */
  async makeAll(transitions: Transition[], besides: (manager: EntityManager) => Promise<void>): Promise<Belonging[]> {
    const belongings = await this.dataSource.transaction((manager) => this.allWithin(manager, transitions, besides));
    this.publications.nudge();
    return belongings;
  }

  /** For a larger transaction; the caller nudges the relay after its commit. */
  async within(manager: EntityManager, connectionId: string, change: Change): Promise<Belonging> {
    const [belonging] = await this.allWithin(manager, [{ connectionId, change }]);
    return belonging!;
  }

  private async allWithin(
    manager: EntityManager,
    transitions: Transition[],
    besides?: (manager: EntityManager) => Promise<void>,
  ): Promise<Belonging[]> {
    const seen = new Map(transitions.flatMap(({ seen: before }) => (before ? [[before.id, before] as const] : [])));
    const ids = transitions.map(({ connectionId }) => connectionId);
    const found = await this.connections.lockBelongings(manager, ids, seen);
    // The same connection may change more than once in this transaction: then what each change left is kept apart.
    const kept = transitions.length > found.size ? apart : (belonging: Belonging): Belonging => belonging;
    const belongings: Belonging[] = [];
    const happened: Happened[] = [];
    for (const { connectionId, change } of transitions) {
      const belonging = found.get(connectionId)!;
      const story = await change(belonging, manager);
      belongings.push(belonging);
      if (story !== null) happened.push({ belonging: kept(belonging), story });
    }
    const statements = happened.length > 0 ? this.keep(manager, happened, seen) : [];
    await inOneGo(besides ? [...statements, besides(manager)] : statements);
    for (const { belonging } of happened)
      if (isOver(belonging.connection.status)) await this.endDependents(manager, belonging.connection.id);
    return belongings;
  }

  /**
   * RFC 8693: what a token was exchanged for lives no longer than the grant that it came from, whichever way that ended: here it ends at once,
   * at its provider by the queue. It is handed over as it is erased, so that several ways to it don't revoke it several times.
   */
  private async endDependents(manager: EntityManager, connectionId: string): Promise<void> {
    for (const id of await dependentsOf(manager, connectionId)) {
      await this.within(manager, id, async (belonging) => {
        const { connection } = belonging;
        if (isOver(connection.status)) return null;
        await this.revocations.handOver(manager, belonging);
        const fault = subjectGone(new Date());
        connection.lapse(fault, new Date());
        return { publish: 'status_changed', event: 'reauthorization_required', detail: fault.detail, hint: fault.hint };
      });
    }
  }

  /** None of these needs to know of another: they go to the database one behind the other. */
  private keep(
    manager: EntityManager,
    happened: Happened[],
    seen: ReadonlyMap<string, Connection>,
  ): Promise<unknown>[] {
    const newest = new Map(happened.map(({ belonging: { connection } }) => [connection.id, connection]));
    const news = happened.flatMap(({ belonging, story }) =>
      story.publish === null ? [] : [{ belonging, news: { cause: story.publish, reason: reasonOf(belonging, story) } }],
    );
    const records = happened.flatMap(
      ({ belonging: { connection }, story: { event, detail, hint, steps, besides = [] } }) =>
        [{ event, detail, hint: hint ?? null, steps: steps ?? [] }, ...besides].map((record) => ({
          connectionId: connection.id,
          version: connection.version,
          ...record,
        })),
    );
    const entries = happened.map(({ belonging, story }) => auditOf(belonging, story));
    return [
      this.connections.keepAll(manager, [...newest.values()], seen),
      this.publications.announceAll(manager, news),
      this.timeline.recordAll(records, manager),
      this.audit.appendAll(entries, manager),
    ];
  }
}

interface Happened {
  belonging: Belonging;
  story: TransitionStory;
}

const apart = ({ connection, apiService }: Belonging): Belonging => ({ connection: copyOf(connection), apiService });

const auditOf = ({ connection, apiService }: Belonging, { event, outcome }: TransitionStory): AuditRecord => ({
  action: `connection.${event}`,
  objectType: 'connection',
  objectId: connection.id,
  outcome: outcome ?? 'done',
  details: { apiService: apiService.slug, version: connection.version },
});

const reasonOf = ({ connection }: Belonging, { publish, detail }: TransitionStory): string | null =>
  publish === 'notice' ? detail : (connection.fault?.detail ?? null);
