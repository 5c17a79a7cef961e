import { Injectable } from '@nestjs/common';
import { prepared } from '@lockkeeper/database';
import { currentContext } from '@lockkeeper/observability';
import { DataSource, type EntityManager } from 'typeorm';
import { TimelineEntry, type TraceStep } from './timeline-entry.entity.js';

export interface TimelineRecord {
  connectionId: string;
  version: number;
  event: string;
  detail: string;
  hint?: string | null;
  steps?: TraceStep[];
}

const PAGE = 500;

/** What happened to each connection, in the order in which it happened. */
@Injectable()
export class Timeline {
  constructor(private readonly dataSource: DataSource) {}

  record(record: TimelineRecord, manager: EntityManager = this.dataSource.manager): Promise<void> {
    return this.recordAll([record], manager);
  }

  async recordAll(records: readonly TimelineRecord[], manager: EntityManager): Promise<void> {
    const actor = currentContext()?.actor ?? 'system';
    await manager.query(
      prepared(`INSERT INTO timeline (connection_id, event, version, actor, detail, hint, steps)
       SELECT r.connection_id, r.event, r.version, $2, r.detail, r.hint, r.steps
       FROM unnest($1::uuid[], $3::text[], $4::int[], $5::text[], $6::text[], $7::jsonb[])
         WITH ORDINALITY AS r (connection_id, event, version, detail, hint, steps, place) ORDER BY r.place`),
      [
        ...[records.map(({ connectionId }) => connectionId), actor, records.map(({ event }) => event)],
        ...[records.map(({ version }) => version), records.map(({ detail }) => detail)],
        ...[records.map(({ hint }) => hint ?? null), records.map(({ steps }) => JSON.stringify(steps ?? []))],
      ],
    );
  }

  /** Newest first. */
  of(connectionId: string): Promise<TimelineEntry[]> {
    return this.dataSource.manager.find(TimelineEntry, { where: { connectionId }, order: { id: 'DESC' }, take: PAGE });
  }
}
