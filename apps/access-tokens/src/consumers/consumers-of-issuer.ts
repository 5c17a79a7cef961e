import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditLog } from '@lockkeeper/audit-chain';
import type { BearerSubject, SubjectConsumers } from '@lockkeeper/sign-in';
import { DataSource, type EntityManager } from 'typeorm';
import { Changes } from '../changes/changes.js';
import { Settlement } from '../durables/settlement.js';
import { WantedDurables } from '../durables/wanted-durables.js';
import { deed } from './consumers.js';
import { type Entitlement, Entitlements } from './entitlements.js';

const FIND = 'SELECT id, name FROM consumers WHERE issuer = $1 AND subject = $2 AND rule = $3';

/** Whoever meets it first makes it; its row is locked until the transaction ends. */
const KEEP = `
  INSERT INTO consumers (id, name, created_by, issuer, subject, rule) VALUES ($4, $5, $6, $1, $2, $3)
  ON CONFLICT (issuer, subject, rule) WHERE issuer IS NOT NULL DO UPDATE SET name = excluded.name, updated_at = now()
  RETURNING id, id = $4 AS created`;

/**
 * Subjects of the organisation's issuer as consumers: each gets a row of its own when its first token comes, so that whatever asks what a
 * consumer may use, or keeps what it got, needs no second way. What it may use is what the rule says, kept as it is said now.
 */
@Injectable()
export class ConsumersOfIssuer implements SubjectConsumers {
  constructor(
    private readonly dataSource: DataSource,
    private readonly entitlements: Entitlements,
    private readonly durables: WantedDurables,
    private readonly settlement: Settlement,
    private readonly audit: AuditLog,
    private readonly changes: Changes,
  ) {}

  async consumerOf(subject: BearerSubject): Promise<string> {
    const known = await this.asItIs(subject);
    if (known !== null) return known;
    const id = await this.dataSource.transaction((manager) => this.keep(manager, subject));
    await this.settlement.settleIfPossible(id);
    // What it could do until now is remembered nowhere any more.
    await this.changes.areHeardEverywhere();
    return id;
  }

  /** Null if there is anything to change. */
  private async asItIs({ issuer, subject, rule, name, entitlements }: BearerSubject): Promise<string | null> {
    const { manager } = this.dataSource;
    const [row] = await manager.query<{ id: string; name: string }[]>(FIND, [issuer, subject, rule]);
    if (row?.name !== name) return null;
    const held = (await this.entitlements.of(manager, [row.id])).get(row.id) ?? [];
    return isSame(held, entitlements) ? row.id : null;
  }

  private async keep(manager: EntityManager, subject: BearerSubject): Promise<string> {
    const { issuer, rule, name, entitlements } = subject;
    const values = [issuer, subject.subject, rule, randomUUID(), name, `issuer:${issuer}`];
    const [row] = await manager.query<{ id: string; created: boolean }[]>(KEEP, values);
    const { id, created } = row!;
    // Another token of the same subject may have been met first, here or at another replica.
    const held = created ? null : ((await this.entitlements.of(manager, [id])).get(id) ?? []);
    if (held && isSame(held, entitlements)) return id;
    await this.entitlements.replace(manager, id, entitlements);
    await this.durables.adapt(manager, id, entitlements);
    const details = { name, issuer, subject: subject.subject, rule, entitlements };
    await this.audit.append(deed(created ? 'consumer.created' : 'consumer.amended', id, details), manager);
    return id;
  }
}

/** In whatever order, and however often one is named. */
function isSame(held: Entitlement[], wanted: Entitlement[]): boolean {
  const names = ({ apiService, user }: Entitlement): string => JSON.stringify([apiService, user]);
  const [before, now] = [new Set(held.map(names)), new Set(wanted.map(names))];
  return before.size === now.size && [...now].every((name) => before.has(name));
}
