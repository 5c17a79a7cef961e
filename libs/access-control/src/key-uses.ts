import type { AuditLog } from '@lockkeeper/audit-chain';
import { LRUCache } from 'lru-cache';
import type { Principal } from './principal.js';

interface Use {
  written: boolean;
  noting: Promise<void>;
}

const HOUR_MS = 3_600_000;
const REMEMBERED = 20_000;

/**
 * Each key's use, and each token subject's, from each address, once an hour: who was in, from where, without an entry for every read. What a caller changes has
 * entries of its own. Fail-closed: a use that can't be written down is refused.
 */
export class KeyUses {
  private readonly noted = new LRUCache<string, Use>({ max: REMEMBERED, ttl: HOUR_MS });

  constructor(private readonly audit: AuditLog) {}

  /** Once the caller is known, and before anything is done for it. */
  async note(principal: Principal, address: string | null): Promise<void> {
    const name = nameOf(principal, address);
    const known = this.noted.get(name);
    if (known) return known.noting;
    const use: Use = { written: false, noting: this.append(principal) };
    this.noted.set(name, use);
    try {
      await use.noting;
      use.written = true;
    } catch (error) {
      // Whoever waits for it hears of the failure; the next use tries again.
      this.noted.delete(name);
      throw error;
    }
  }

  /** Whether this use needs no entry: for who answers without waiting for anything. */
  isNoted(principal: Principal, address: string | null): boolean {
    return this.noted.get(nameOf(principal, address))?.written === true;
  }

  private append({ keyId, role, bearer }: Principal): Promise<void> {
    if (bearer) {
      const objectId = `${bearer.issuer}#${bearer.subject}`;
      return this.audit.append({ action: 'subject.used', objectType: 'subject', objectId, details: { role } });
    }
    return this.audit.append({ action: 'key.used', objectType: 'key', objectId: keyId, details: { role } });
  }
}

const nameOf = ({ keyId }: Principal, address: string | null): string => `${keyId} ${address}`;
