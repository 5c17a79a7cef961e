import { Logger } from '@nestjs/common';
import type { JwkSet, StatementSigner } from '@lockkeeper/sealing';
import type { DataSource } from 'typeorm';
import type { AuditSealer } from './audit-sealer.js';
import { AUDIT_HEAD_TYPE, type Link, type Workspace } from './link-text.js';

/** What is signed: how long the chain was at a moment, and how it ended. */
export interface AuditHead extends Link {
  workspace: Workspace;
  /** UTC, ISO 8601 */
  at: string;
}

export interface SignedHead extends AuditHead {
  /** A compact JWS (EdDSA) whose payload is the head. */
  statement: string;
  /** Public halves of the keys that sign here; believe them only if you know them from elsewhere. */
  keys: JwkSet;
}

/** Where heads go, out of reach of whoever can write into the database. */
export type HeadPublisher = (statement: string, messageId: string) => Promise<void>;

export interface AuditHeadsOptions {
  workspace: Workspace;
  signer: StatementSigner;
  publish: HeadPublisher;
}

/** Signs the chain's end now and then, keeps that, and publishes it: after that, nobody can change what came before unnoticed. */
export class AuditHeads {
  private readonly logger = new Logger('audit');

  constructor(
    private readonly dataSource: DataSource,
    private readonly sealer: AuditSealer,
    private readonly options: AuditHeadsOptions,
  ) {}

  /** Everything that is committed by now is under it. */
  async now(): Promise<SignedHead> {
    const { workspace, signer } = this.options;
    const { position, hash } = await this.sealer.sealAll();
    const head: AuditHead = { workspace, position, hash, at: new Date().toISOString() };
    const statement = await signer.sign(AUDIT_HEAD_TYPE, head);
    if (position > 0) await this.keep(position, statement);
    return { ...head, statement, keys: signer.publicKeys };
  }

  /** Signs a head if the last one is older than that and entries came since; then publishes what nobody published yet. */
  async advance(intervalSeconds: number): Promise<void> {
    const [due] = await this.dataSource.query<{ due: boolean }[]>(
      `SELECT EXISTS (SELECT FROM audit_chain WHERE position > coalesce((SELECT max(position) FROM audit_heads), 0))
         AND NOT EXISTS (SELECT FROM audit_heads WHERE signed_at > now() - make_interval(secs => $1)) AS due`,
      [intervalSeconds],
    );
    if (due!.due) await this.now();
    await this.publishPending();
  }

  private async keep(position: number, statement: string): Promise<void> {
    await this.dataSource.query(
      'INSERT INTO audit_heads (position, statement) VALUES ($1, $2) ON CONFLICT (position) DO NOTHING',
      [position, statement],
    );
  }

  private async publishPending(): Promise<void> {
    const pending = await this.dataSource.query<{ position: string; statement: string }[]>(
      'SELECT position, statement FROM audit_heads WHERE published_at IS NULL ORDER BY position LIMIT 100',
    );
    for (const { position, statement } of pending) {
      await this.options.publish(statement, `audit-${this.options.workspace}-${position}`);
      await this.dataSource.query('UPDATE audit_heads SET published_at = now() WHERE position = $1', [position]);
      this.logger.log({ event: 'audit_head', position: Number(position), statement });
    }
  }
}
