import type { DataSource } from 'typeorm';
import type { AuditHeads, SignedHead } from './audit-heads.js';
import { genesis, type Link, type Workspace } from './chain.js';
import { chainedEntries, type ChainedEntry, linkAt } from './chain-rows.js';

/** The first line: which chain, and what it goes on from. */
export interface ExportStart {
  type: 'audit-export';
  format: 1;
  workspace: Workspace;
  after: Link;
}
export type ExportEntry = { type: 'entry' } & ChainedEntry;
/** The last line. */
export type ExportEnd = { type: 'head' } & SignedHead;
export type ExportLine = ExportStart | ExportEntry | ExportEnd;

const BATCH = 500;

/** The log as JSON lines that can be checked without us: a start, the entries in the chain's order, the signed head. */
export class AuditExport {
  constructor(
    private readonly dataSource: DataSource,
    private readonly heads: AuditHeads,
    private readonly workspace: Workspace,
  ) {}

  /** @param after the position that the file goes on from; 0 for everything */
  async *lines(after: number): AsyncGenerator<string> {
    const head = await this.heads.now();
    const start = after === 0 ? genesis(this.workspace) : await linkAt(this.dataSource.manager, after);
    yield line({
      type: 'audit-export',
      format: 1,
      workspace: this.workspace,
      after: start ?? { position: after, hash: '' },
    });
    for (let position = after; position < head.position;) {
      const entries = await chainedEntries(this.dataSource.manager, {
        after: position,
        upTo: head.position,
        limit: BATCH,
      });
      if (entries.length === 0) break;
      for (const entry of entries) yield line({ type: 'entry', ...entry });
      position = entries.at(-1)!.position;
    }
    yield line({ type: 'head', ...head });
  }
}

const line = (value: ExportLine): string => `${JSON.stringify(value)}\n`;
