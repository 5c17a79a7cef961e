import { LockkeeperError } from '@lockkeeper/doors';
import { currentContext } from '@lockkeeper/observability';
import type { StatementSigner } from '@lockkeeper/sealing';
import type { DataSource } from 'typeorm';
import { ACKNOWLEDGED, type Acknowledgement, acknowledgementIn, ACKNOWLEDGEMENT_TYPE } from './acknowledgement.js';
import type { AuditLog } from './audit-log.js';
import type { Workspace } from './chain.js';
import type { ChainBreak } from './chain-stretch.js';

/** Each is one person's word on one place; whoever has more of them has another problem. */
const MOST = 1000;

/** No place of that mark is known to be broken here. */
export class BreakUnknown extends LockkeeperError {
  constructor(mark: string) {
    super({
      kind: 'not_found',
      code: 'break_unknown',
      title: 'There is no such broken place',
      detail: `No broken place of the audit log is known by the mark ${mark}.`,
      hint: 'GET /v1/audit/breaks lists those that are known. Each replica looks by itself, every five seconds; a place that was changed once more has another mark.',
    });
  }
}

/** What admins have acknowledged of the chain's broken places, by their marks. */
export class Acknowledgements {
  /** By the entry that it stands in, so that no signature is checked twice. */
  private readonly read = new Map<string, Acknowledgement | null>();
  private byMark = new Map<string, Acknowledgement>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly log: AuditLog,
    private readonly options: { workspace: Workspace; signer: StatementSigner },
  ) {}

  of({ mark }: Pick<ChainBreak, 'mark'>): Acknowledgement | null {
    return this.byMark.get(mark) ?? null;
  }

  /** What came meanwhile, from other replicas too; and what was taken out of the log counts no longer. */
  async refresh(): Promise<void> {
    const { workspace, signer } = this.options;
    const rows = await this.dataSource.query<{ seq: string; details: Record<string, unknown> }[]>(
      'SELECT seq::text AS seq, details FROM audit_log WHERE action = $1 ORDER BY seq LIMIT $2',
      [ACKNOWLEDGED, MOST],
    );
    const found = new Map<string, Acknowledgement>();
    for (const { seq, details } of rows) {
      if (!this.read.has(seq))
        this.read.set(seq, await acknowledgementIn(details, { workspace, keys: signer.publicKeys }));
      const one = this.read.get(seq);
      if (one && !found.has(one.mark)) found.set(one.mark, one);
    }
    this.byMark = found;
  }

  /** Written down as an entry, and so chained; of a place that somebody acknowledged already, that word stays. @throws AuditUnavailable */
  async acknowledge({ mark, position, kind }: ChainBreak, reason: string): Promise<Acknowledgement> {
    await this.refresh();
    const known = this.byMark.get(mark);
    if (known) return known;
    const { workspace, signer } = this.options;
    const by = currentContext()?.actor ?? 'system';
    const word: Acknowledgement = { workspace, mark, position, by, at: new Date().toISOString(), reason };
    const statement = await signer.sign(ACKNOWLEDGEMENT_TYPE, word);
    const details = { position, kind, mark, reason, statement };
    await this.log.append({ action: ACKNOWLEDGED, objectType: 'audit', objectId: 'log', details });
    this.byMark.set(mark, word);
    return word;
  }
}
