import { hash as digest, randomUUID } from 'node:crypto';
import { couldBeKey, drawKeyText, type KeyPrefix } from '@lockkeeper/sealing';
import type { DataSource, EntityManager } from 'typeorm';
import { AccessKey } from './access-key.entity.js';
import { KeyNotFound, LastAdminKey } from './access.errors.js';
import type { Principal } from './principal.js';

export interface KeyRequest {
  name: string;
  role: string;
  expiresAt?: Date | null;
  subjectId?: string | null;
  createdBy: string;
}

export interface IssuedKey {
  /** The key itself: the only time that it is seen. */
  key: string;
  record: AccessKey;
}

/** A key as it was found, for who remembers it. */
export interface KnownKey {
  principal: Principal;
  expiresAt: Date | null;
}

/** Remembers keys that were recognised, by their hashes, and forgets them when they change. */
export interface KeyMemory {
  get(hash: string): KnownKey | undefined;
  obtain(hash: string, read: () => Promise<KnownKey | null>): Promise<KnownKey | null>;
}

const FORGETFUL: KeyMemory = { get: () => undefined, obtain: (_hash, read) => read() };

const HINT_CHARACTERS = 8;
const FIRST_ADMIN = 'first admin key';

/** Issues, recognises and withdraws the keys of one workspace. */
export class AccessKeys {
  constructor(
    private readonly dataSource: DataSource,
    /** `lkc_` or `lkt_`: recognisable for people and secret scanners; a key of the other workspace is unknown here. */
    private readonly prefix: KeyPrefix,
    private readonly memory: KeyMemory = FORGETFUL,
  ) {}

  async issue(request: KeyRequest, manager: EntityManager = this.dataSource.manager): Promise<IssuedKey> {
    const key = drawKeyText(this.prefix);
    const record = manager.create(AccessKey, {
      id: randomUUID(),
      name: request.name,
      role: request.role,
      hash: hashOf(key),
      hint: key.slice(0, HINT_CHARACTERS),
      subjectId: request.subjectId ?? null,
      expiresAt: request.expiresAt ?? null,
      createdAt: new Date(),
      createdBy: request.createdBy,
    });
    await manager.insert(AccessKey, record);
    return { key, record };
  }

  /**
   * Null for whatever isn't a living key of this workspace. Found by its hash: the comparison happens in the index,
   * on a value that the presenter can't steer, so its duration tells nothing about any key.
   */
  async recognise(presented: string): Promise<Principal | null> {
    if (!couldBeKey(presented, this.prefix)) return null;
    const hash = hashOf(presented);
    const known = await this.memory.obtain(hash, () => this.byHash(hash));
    return known && isLiving(known) ? known.principal : null;
  }

  /** Only what is remembered: null says nothing about the key. */
  recall(presented: string): Principal | null {
    const known = this.memory.get(hashOf(presented));
    return known && isLiving(known) ? known.principal : null;
  }

  /** For what goes on after it was let in: whether the key, or the person's session, that opened the door would open it still. */
  async isLiving(id: string): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `SELECT FROM access_keys WHERE id = $1 AND (expires_at IS NULL OR expires_at > now())
       UNION ALL SELECT FROM sessions WHERE id = $1 AND person IS NOT NULL AND ends_at > now()`,
      [id],
    );
    return rows.length > 0;
  }

  private async byHash(hash: string): Promise<KnownKey | null> {
    const [row] = await this.dataSource.query<(Principal & { expiresAt: Date | null })[]>(
      `SELECT id AS "keyId", name, role, subject_id AS "subjectId", expires_at AS "expiresAt" FROM access_keys
       WHERE hash = $1 AND (expires_at IS NULL OR expires_at > now())`,
      [hash],
    );
    if (!row) return null;
    const { expiresAt, ...principal } = row;
    return { principal, expiresAt };
  }

  list(): Promise<AccessKey[]> {
    return this.dataSource.manager.find(AccessKey, { order: { createdAt: 'ASC' } });
  }

  /** @throws KeyNotFound, LastAdminKey */
  async withdraw(id: string, manager: EntityManager): Promise<AccessKey> {
    const admins = await manager.find(AccessKey, { where: { role: 'admin' }, lock: { mode: 'pessimistic_write' } });
    const record = await manager.findOneBy(AccessKey, { id });
    if (!record) throw new KeyNotFound(id);
    const othersLeft = admins.some((admin) => admin.id !== id && isLiving(admin));
    if (record.role === 'admin' && !othersLeft) throw new LastAdminKey();
    await manager.delete(AccessKey, { id });
    return record;
  }

  async withdrawAllOf(subjectId: string, manager: EntityManager): Promise<void> {
    await manager.delete(AccessKey, { subjectId });
  }

  /** Lets the installer in: does nothing once any admin key exists, so that a withdrawn first key stays withdrawn. */
  async admitFirstAdmin(key: string): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO access_keys (id, name, role, hash, hint, created_by)
       SELECT $1, $2, 'admin', $3, $4, 'installer' WHERE NOT EXISTS (SELECT FROM access_keys WHERE role = 'admin')
       ON CONFLICT (hash) DO NOTHING`,
      [randomUUID(), FIRST_ADMIN, hashOf(key), key.slice(0, HINT_CHARACTERS)],
    );
  }
}

const hashOf = (key: string): string => digest('sha256', key, 'hex');
const isLiving = ({ expiresAt }: Pick<AccessKey, 'expiresAt'>): boolean => expiresAt === null || expiresAt > new Date();
