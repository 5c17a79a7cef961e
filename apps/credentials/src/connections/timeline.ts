import { Injectable } from '@nestjs/common';
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

  async record(record: TimelineRecord, manager: EntityManager = this.dataSource.manager): Promise<void> {
    const { connectionId, version, event, detail, hint = null, steps = [] } = record;
    await manager.query(
      `INSERT INTO timeline (connection_id, event, version, actor, detail, hint, steps) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [connectionId, event, version, currentContext()?.actor ?? 'system', detail, hint, JSON.stringify(steps)],
    );
  }

  /** Newest first. */
  of(connectionId: string): Promise<TimelineEntry[]> {
    return this.dataSource.manager.find(TimelineEntry, { where: { connectionId }, order: { id: 'DESC' }, take: PAGE });
  }
}
