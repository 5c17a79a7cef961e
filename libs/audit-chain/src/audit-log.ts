import { currentContext } from '@lockkeeper/observability';
import { type DataSource, type EntityManager, LessThan } from 'typeorm';
import { AuditEntry, type AuditOutcome } from './audit-entry.entity.js';

export interface AuditRecord {
  action: string;
  objectType: string;
  objectId: string;
  outcome?: AuditOutcome;
  details?: Record<string, unknown>;
}

export interface AuditQuery {
  /** Only entries older than this sequence number. */
  before?: string | undefined;
  objectId?: string | undefined;
  action?: string | undefined;
  limit: number;
}

/** Actor, request id and source address come from the current request's context. */
export class AuditLog {
  constructor(private readonly dataSource: DataSource) {}

  /** Pass the manager of the transaction that does the deed: both are kept, or neither. */
  async append(record: AuditRecord, manager: EntityManager = this.dataSource.manager): Promise<void> {
    const context = currentContext();
    await manager.query(
      `INSERT INTO audit_log (actor, action, object_type, object_id, outcome, request_id, source_address, details)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        context?.actor ?? 'system',
        record.action,
        record.objectType,
        record.objectId,
        record.outcome ?? 'done',
        context?.requestId ?? null,
        context?.sourceAddress ?? null,
        JSON.stringify(record.details ?? {}),
      ],
    );
  }

  /** Newest first. */
  list({ before, objectId, action, limit }: AuditQuery): Promise<AuditEntry[]> {
    return this.dataSource.manager.find(AuditEntry, {
      where: {
        ...(before === undefined ? {} : { seq: LessThan(before) }),
        ...(objectId === undefined ? {} : { objectId }),
        ...(action === undefined ? {} : { action }),
      },
      order: { seq: 'DESC' },
      take: limit,
    });
  }
}
