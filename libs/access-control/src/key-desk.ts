import { Injectable } from '@nestjs/common';
import { AuditLog } from '@lockkeeper/audit-chain';
import { DataSource } from 'typeorm';
import type { AccessKey } from './access-key.entity.js';
import { AccessKeys, type IssuedKey, type KeyRequest } from './access-keys.js';

/** Keys as people handle them: each issue and withdrawal goes into the audit log, or does not happen. */
@Injectable()
export class KeyDesk {
  constructor(
    private readonly keys: AccessKeys,
    private readonly dataSource: DataSource,
    private readonly audit: AuditLog,
  ) {}

  issue(request: KeyRequest): Promise<IssuedKey> {
    return this.dataSource.transaction(async (manager) => {
      const issued = await this.keys.issue(request, manager);
      const { id, name, role, expiresAt } = issued.record;
      await this.audit.append(
        { action: 'key.issued', objectType: 'key', objectId: id, details: { name, role, expiresAt } },
        manager,
      );
      return issued;
    });
  }

  list(): Promise<AccessKey[]> {
    return this.keys.list();
  }

  /** @throws KeyNotFound, LastAdminKey */
  async withdraw(id: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const { name, role } = await this.keys.withdraw(id, manager);
      await this.audit.append(
        { action: 'key.withdrawn', objectType: 'key', objectId: id, details: { name, role } },
        manager,
      );
    });
  }
}
