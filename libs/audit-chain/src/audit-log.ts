import { currentContext } from '@lockkeeper/observability';
import type { DataSource, EntityManager } from 'typeorm';
import { AuditEntry, type AuditOutcome } from './audit-entry.entity.js';
import { entryFailed } from './audit-probe.js';

export interface AuditRecord {
  action: string;
  objectType: string;
  objectId: string;
  outcome?: AuditOutcome;
  details?: Record<string, unknown>;
}

/** Each member narrows it down; without any, everything. */
export interface AuditQuery {
  /** Only entries older than this sequence number. */
  before?: string | undefined;
  objectType?: string | undefined;
  objectId?: string | undefined;
  /** A whole action, or with `connection.*` all of its kind. */
  action?: string | undefined;
  actor?: string | undefined;
  outcome?: AuditOutcome | undefined;
  requestId?: string | undefined;
  sourceAddress?: string | undefined;
  /** ISO 8601; from this moment on. */
  since?: string | undefined;
  /** ISO 8601; before this moment. */
  until?: string | undefined;
  limit: number;
}

/** Actor, request id and source address come from the current request's context. */
export class AuditLog {
  /** @param refused hears of each refusal */
  constructor(
    private readonly dataSource: DataSource,
    private readonly refused: () => void = () => undefined,
  ) {}

  /** Pass the manager of the transaction that does the deed: both are kept, or neither. @throws AuditUnavailable */
  append(record: AuditRecord, manager: EntityManager = this.dataSource.manager): Promise<void> {
    return this.appendAll([record], manager);
  }

  /** Several deeds of one context, in their order. */
  async appendAll(records: readonly AuditRecord[], manager: EntityManager): Promise<void> {
    const context = currentContext();
    const written = manager.query(
      `INSERT INTO audit_log (actor, action, object_type, object_id, outcome, request_id, source_address, details)
       SELECT $1, r.action, r.object_type, r.object_id, r.outcome, $2, $3, r.details
       FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[])
         WITH ORDINALITY AS r (action, object_type, object_id, outcome, details, place) ORDER BY r.place`,
      [
        ...[context?.actor ?? 'system', context?.requestId ?? null, context?.sourceAddress ?? null],
        ...[records.map(({ action }) => action), records.map(({ objectType }) => objectType)],
        ...[records.map(({ objectId }) => objectId), records.map(({ outcome }) => outcome ?? 'done')],
        records.map(({ details }) => JSON.stringify(details ?? {})),
      ],
    );
    await written.catch((error: unknown) => {
      this.refused();
      entryFailed(error);
    });
  }

  /** Newest first. */
  list(query: AuditQuery): Promise<AuditEntry[]> {
    const { before, action, since, until, limit } = query;
    const found = this.dataSource.manager
      .createQueryBuilder(AuditEntry, 'entry')
      .orderBy('entry.seq', 'DESC')
      .take(limit);
    for (const member of ['objectType', 'objectId', 'actor', 'outcome', 'requestId', 'sourceAddress'] as const)
      if (query[member] !== undefined) found.andWhere(`entry.${member} = :${member}`, { [member]: query[member] });
    if (before !== undefined) found.andWhere('entry.seq < :before', { before });
    if (since !== undefined) found.andWhere('entry.at >= :since', { since });
    if (until !== undefined) found.andWhere('entry.at < :until', { until });
    if (action?.endsWith('.*')) found.andWhere('starts_with(entry.action, :kind)', { kind: action.slice(0, -1) });
    else if (action !== undefined) found.andWhere('entry.action = :action', { action });
    return found.getMany();
  }
}
