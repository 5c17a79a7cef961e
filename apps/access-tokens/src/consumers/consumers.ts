import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AccessKey, AccessKeys, type IssuedKey, type Principal, actorOf } from '@lockkeeper/access-control';
import { AuditLog } from '@lockkeeper/audit-chain';
import { DataSource, type EntityManager } from 'typeorm';
import { CONSUMER } from '../access/roles.js';
import { Settlement } from '../durables/settlement.js';
import { WantedDurables } from '../durables/wanted-durables.js';
import { ConsumerKeyNotFound, ConsumerNotFound, ConsumerOfIssuer } from './consumers.errors.js';
import { type Entitlement, Entitlements } from './entitlements.js';

export interface Consumer {
  id: string;
  name: string;
  entitlements: Entitlement[];
  /** Whose tokens it comes with, and the rule that lets it in; null of a consumer that was made by hand. */
  subject: { issuer: string; subject: string; rule: string } | null;
  createdAt: Date;
  createdBy: string;
}

export interface ConsumerRequest {
  name: string;
  entitlements: Entitlement[];
  expiresAt: Date | null;
}

export interface ConsumerChange {
  name?: string | undefined;
  entitlements?: Entitlement[] | undefined;
}

export interface PageQuery {
  after?: string | undefined;
  limit: number;
}

type ConsumerRow = Omit<Consumer, 'entitlements'>;
const COLUMNS = `id, name, created_at AS "createdAt", created_by AS "createdBy",
  CASE WHEN issuer IS NOT NULL THEN jsonb_build_object('issuer', issuer, 'subject', subject, 'rule', rule) END AS subject`;

/** Programs that read tokens, the keys they come with, and what each may use. */
@Injectable()
export class Consumers {
  constructor(
    private readonly dataSource: DataSource,
    private readonly keys: AccessKeys,
    private readonly entitlements: Entitlements,
    private readonly audit: AuditLog,
    private readonly durables: WantedDurables,
    private readonly settlement: Settlement,
  ) {}

  async create(request: ConsumerRequest, by: Principal): Promise<{ consumer: Consumer; issued: IssuedKey }> {
    return this.dataSource.transaction(async (manager) => {
      const id = randomUUID();
      await manager.query('INSERT INTO consumers (id, name, created_by) VALUES ($1, $2, $3)', [
        id,
        request.name,
        actorOf(by),
      ]);
      await this.entitlements.replace(manager, id, request.entitlements);
      const issued = await this.issue(manager, { id, name: request.name, expiresAt: request.expiresAt, by });
      const consumer = await this.load(manager, id);
      const { name, entitlements } = consumer;
      await this.audit.append(deed('consumer.created', id, { name, entitlements, keyId: issued.record.id }), manager);
      return { consumer, issued };
    });
  }

  /** @throws ConsumerNotFound */
  get(id: string, manager: EntityManager = this.dataSource.manager): Promise<Consumer> {
    return this.load(manager, id);
  }

  async list({ after, limit }: PageQuery): Promise<Consumer[]> {
    const rows = await this.dataSource.query<ConsumerRow[]>(
      `SELECT ${COLUMNS} FROM consumers WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2`,
      [after ?? null, limit],
    );
    const entitlements = await this.entitlements.of(
      this.dataSource.manager,
      rows.map(({ id }) => id),
    );
    return rows.map((row) => ({ ...row, entitlements: entitlements.get(row.id) ?? [] }));
  }

  /** What isn't named stays; entitlements are replaced as a whole. Takes effect at the next request. @throws ConsumerNotFound, ConsumerOfIssuer */
  async amend(id: string, { name, entitlements }: ConsumerChange): Promise<Consumer> {
    const consumer = await this.dataSource.transaction(async (manager) => {
      await this.lockOwn(manager, id);
      await manager.query('UPDATE consumers SET name = coalesce($2, name), updated_at = now() WHERE id = $1', [
        id,
        name ?? null,
      ]);
      if (entitlements) await this.entitlements.replace(manager, id, entitlements);
      const amended = await this.load(manager, id);
      await this.durables.adapt(manager, id, amended.entitlements);
      const details = { name: amended.name, entitlements: amended.entitlements };
      await this.audit.append(deed('consumer.amended', id, details), manager);
      return amended;
    });
    await this.settlement.settleIfPossible(id);
    return consumer;
  }

  /** Its keys end with it, at once, and so does what it hears over NATS. @throws ConsumerNotFound */
  async remove(id: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await this.lock(manager, id);
      await this.keys.withdrawAllOf(id, manager);
      await this.durables.end(manager, id);
      await manager.query('DELETE FROM consumers WHERE id = $1', [id]);
      await this.audit.append(deed('consumer.removed', id), manager);
    });
    await this.settlement.settleIfPossible(id);
  }

  /** A further key, so that one can be replaced without a gap. @throws ConsumerNotFound, ConsumerOfIssuer */
  async addKey(id: string, expiresAt: Date | null, by: Principal): Promise<IssuedKey> {
    return this.dataSource.transaction(async (manager) => {
      const { name } = await this.lockOwn(manager, id);
      const issued = await this.issue(manager, { id, name, expiresAt, by });
      await this.audit.append(deed('consumer.key_issued', id, { keyId: issued.record.id, expiresAt }), manager);
      return issued;
    });
  }

  /** Oldest first; never the keys themselves. @throws ConsumerNotFound */
  async keysOf(id: string): Promise<AccessKey[]> {
    await this.get(id);
    return this.dataSource.manager.find(AccessKey, { where: { subjectId: id }, order: { createdAt: 'ASC' } });
  }

  /** @throws ConsumerNotFound, ConsumerKeyNotFound */
  async withdrawKey(id: string, keyId: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await this.lock(manager, id);
      const { affected } = await manager.delete(AccessKey, { id: keyId, subjectId: id });
      if (affected !== 1) throw new ConsumerKeyNotFound(id, keyId);
      await this.audit.append(deed('consumer.key_withdrawn', id, { keyId }), manager);
    });
  }

  /** From then on it opens nothing; null: it doesn't run out. One that has run out stays so. @throws ConsumerNotFound, ConsumerKeyNotFound */
  async limitKey(id: string, keyId: string, expiresAt: Date | null): Promise<AccessKey> {
    return this.dataSource.transaction(async (manager) => {
      await this.lock(manager, id);
      const key = await manager.findOneBy(AccessKey, { id: keyId, subjectId: id });
      if (!key || (key.expiresAt !== null && key.expiresAt <= new Date())) throw new ConsumerKeyNotFound(id, keyId);
      await manager.update(AccessKey, { id: keyId }, { expiresAt });
      await this.audit.append(deed('consumer.key_limited', id, { keyId, expiresAt }), manager);
      return manager.findOneByOrFail(AccessKey, { id: keyId });
    });
  }

  private issue(
    manager: EntityManager,
    { id, name, expiresAt, by }: { id: string; name: string; expiresAt: Date | null; by: Principal },
  ): Promise<IssuedKey> {
    return this.keys.issue({ name, role: CONSUMER, expiresAt, subjectId: id, createdBy: actorOf(by) }, manager);
  }

  /** Until the transaction ends. @throws ConsumerNotFound */
  async lock(manager: EntityManager, id: string): Promise<{ name: string; rule: string | null }> {
    const [row] = await manager.query<{ name: string; rule: string | null }[]>(
      'SELECT name, rule FROM consumers WHERE id = $1 FOR UPDATE',
      [id],
    );
    if (!row) throw new ConsumerNotFound(id);
    return row;
  }

  /** For what is up to us. @throws ConsumerNotFound, ConsumerOfIssuer */
  async lockOwn(manager: EntityManager, id: string): Promise<{ name: string }> {
    const { name, rule } = await this.lock(manager, id);
    if (rule !== null) throw new ConsumerOfIssuer(id, rule);
    return { name };
  }

  private async load(manager: EntityManager, id: string): Promise<Consumer> {
    const [row] = await manager.query<ConsumerRow[]>(`SELECT ${COLUMNS} FROM consumers WHERE id = $1`, [id]);
    if (!row) throw new ConsumerNotFound(id);
    return { ...row, entitlements: (await this.entitlements.of(manager, [id])).get(id) ?? [] };
  }
}

export const deed = (action: string, id: string, details: Record<string, unknown> = {}) => ({
  action,
  objectType: 'consumer',
  objectId: id,
  details,
});
