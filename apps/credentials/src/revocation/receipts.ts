import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { RevocationReceipt } from '../token-endpoint/revocation-receipt.js';

/** `superseded`: a newer token took its place. `revoked`: the connection ended. `exposed`: somebody may have it who must not. `lapsed`: its grant died, and it outlives it. */
export type RevocationCause = 'superseded' | 'revoked' | 'exposed' | 'lapsed';
export type RevocationState = 'revoke_pending' | 'revoked' | 'not_supported' | 'unproved';

export interface StoredReceipt {
  id: string;
  cause: RevocationCause;
  version: number;
  state: RevocationState;
  receipt: RevocationReceipt | null;
  attempts: number;
  createdAt: Date;
  settledAt: Date | null;
  dueAt: Date;
}

const PAGE = 200;

/** What providers answered, kept after the tokens are gone; also of connections that were forgotten. */
@Injectable()
export class Receipts {
  constructor(private readonly dataSource: DataSource) {}

  /** Newest first. */
  of(connectionId: string): Promise<StoredReceipt[]> {
    return this.dataSource.query(
      `SELECT id, cause, version, status AS state, receipt, attempts, created_at AS "createdAt", settled_at AS "settledAt", due_at AS "dueAt"
       FROM revocations WHERE connection_id = $1 ORDER BY created_at DESC, id LIMIT $2`,
      [connectionId, PAGE],
    );
  }
}
