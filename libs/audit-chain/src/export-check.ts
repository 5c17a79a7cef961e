import type { JwkSet } from '@lockkeeper/sealing';
import { checkedStatement } from '@lockkeeper/sealing/statement-check';
import { ACKNOWLEDGED, type Acknowledgement, acknowledgementIn } from './acknowledgement.js';
import { type BrokenPlace, markOf } from './break-mark.js';
import type { ExportEnd, ExportEntry, ExportLine, ExportStart } from './audit-export.js';
import type { AuditHead } from './audit-heads.js';
import { AUDIT_HEAD_TYPE, genesisText, type Link, linkText, type Workspace } from './link-text.js';
import { sha256 } from './sha256.js';

export type FindingKind =
  | 'unreadable' // a line that is none of an export
  | 'altered' // an entry isn't what its link was made over
  | 'missing' // a place in the chain is left out
  | 'out_of_order' // a place comes a second time, or too late
  | 'gone' // the database had the link, and no entry to it any more
  | 'truncated' // it ends before the place that was signed
  | 'not_signed' // a signature doesn't hold
  | 'rewritten'; // it hangs together, and isn't what was signed

export interface Finding {
  kind: FindingKind;
  /** For people: where, and what is wrong there. */
  detail: string;
  /** What an admin said of it, signed by the workspace; null where nobody did. */
  acknowledged: Acknowledgement | null;
}

export interface ExportCheckOptions {
  /** Keys that are known from elsewhere. Without them those in the file are taken, which whoever made the file could have drawn. */
  keys?: JwkSet | undefined;
  /** Heads that were kept elsewhere, as compact JWS. */
  heads?: string[] | undefined;
}

export interface CheckedExport {
  workspace: Workspace | null;
  entries: number;
  first: number;
  last: number;
  head: AuditHead | null;
  findings: Finding[];
}

/**
 * Reads an export line by line and notes what doesn't hold. Needs nothing but the file, and no more memory for a longer one. The console runs
 * it in browsers: nothing of Node's may be imported here.
 */
export class ExportCheck {
  private readonly findings: (Finding & { mark: string | null })[] = [];
  /** The details of entries that acknowledge something. */
  private readonly words: Record<string, unknown>[] = [];
  private start: ExportStart | null = null;
  private end: ExportEnd | null = null;
  private last: Link = { position: 0, hash: '' };
  private entries = 0;
  private known: KnownHead[] = [];
  private readonly hashAt = new Map<number, string>();

  private constructor(private readonly options: ExportCheckOptions) {}

  static async of(lines: AsyncIterable<string>, options: ExportCheckOptions = {}): Promise<CheckedExport> {
    const check = new ExportCheck(options);
    await check.readKnownHeads();
    for await (const line of lines) if (line.trim() !== '') await check.take(line);
    const head = await check.finish();
    await check.readWords();
    const { start, entries, last } = check;
    const findings = check.findings.map(({ mark: _mark, ...finding }) => finding);
    const first = (start?.after.position ?? 0) + 1;
    return { workspace: start?.workspace ?? null, entries, first, last: last.position, head, findings };
  }

  private async take(text: string): Promise<void> {
    const line = parsed(text);
    if (this.start === null) return this.begin(line);
    if (this.end !== null) return this.note('out_of_order', 'Something follows the signed head.');
    if (line?.type === 'entry') await this.takeEntry(line);
    else if (line?.type === 'head') this.end = line;
    else this.note('unreadable', `After position ${this.last.position}: a line that belongs into no export.`);
  }

  private async begin(line: ExportLine | null): Promise<void> {
    if (line?.type !== 'audit-export' || line.format !== 1 || !isLink(line.after)) {
      return this.note('unreadable', 'The first line does not say which chain this is.');
    }
    this.start = line;
    this.last = line.after;
    const origin: Link = { position: 0, hash: await sha256(genesisText(line.workspace)) };
    if (line.after.position === 0 && line.after.hash !== origin.hash) {
      this.note('altered', 'The beginning is not that of this workspace’s chain.');
      this.last = origin;
    }
  }

  private async takeEntry({ position, hash, entry }: ExportEntry): Promise<void> {
    if (!isLink({ position, hash })) return this.note('unreadable', `After position ${this.last.position}: no link.`);
    this.entries += 1;
    const expected = this.last.position + 1;
    if (position < expected)
      return this.note('out_of_order', `Position ${position} comes after ${this.last.position}.`);
    const whatIsThere = await sha256(linkText(this.last, entry));
    const place: BrokenPlace = entry === null ? ['gone', position, hash] : ['altered', position, whatIsThere];
    if (position > expected) {
      const gap: BrokenPlace = ['missing', expected, position - 1];
      await this.noteAt(gap, 'missing', `Missing: ${range(expected, position - 1)}.`);
    } else if (whatIsThere !== hash)
      await this.noteAt(place, 'altered', `The entry at position ${position} was altered.`);
    if (entry === null)
      await this.noteAt(place, 'gone', `The entry at position ${position} was removed from the database.`);
    if (entry?.action === ACKNOWLEDGED && this.words.length < MOST_WORDS) this.words.push(entry.details);
    if (this.known.some((head) => head.position === position)) this.hashAt.set(position, hash);
    this.last = { position, hash };
  }

  private async finish(): Promise<AuditHead | null> {
    if (this.start === null) return null;
    if (this.end === null) {
      this.note('truncated', `It ends at position ${this.last.position}, without a signed head.`);
      return null;
    }
    const keys = this.options.keys ?? this.end.keys;
    const head = await checkedStatement<AuditHead>(this.end.statement, { type: AUDIT_HEAD_TYPE, keys });
    if (head === null || head.workspace !== this.start.workspace) {
      this.note('not_signed', 'The head at its end is not signed by this workspace’s key.');
      return null;
    }
    this.compareEnd(head);
    for (const known of this.known) await this.compareKnown(known, head);
    return head;
  }

  private compareEnd(head: AuditHead): void {
    if (head.position > this.last.position) {
      this.note('truncated', `It ends at position ${this.last.position}; the head was signed at ${head.position}.`);
    } else if (head.position !== this.last.position || head.hash !== this.last.hash) {
      this.note('rewritten', `Its end at position ${this.last.position} is not the one that was signed.`);
    }
  }

  private async compareKnown(known: KnownHead, head: AuditHead): Promise<void> {
    if (known.workspace !== this.start!.workspace || known.position <= this.start!.after.position) return;
    const hash = this.hashAt.get(known.position);
    if (hash !== undefined && hash !== known.hash) {
      await this.noteAt(
        signedAt(known),
        'rewritten',
        `Position ${known.position} is not what was signed on ${known.at}.`,
      );
    } else if (known.position > this.last.position && known.at <= head.at) {
      const detail = `On ${known.at} the chain was signed up to position ${known.position} already.`;
      await this.noteAt(signedAt(known), 'truncated', detail);
    }
  }

  private async readKnownHeads(): Promise<void> {
    const { heads = [], keys } = this.options;
    if (heads.length > 0 && keys === undefined)
      throw new Error('heads can only be checked with the keys that signed them');
    for (const statement of heads) {
      const head = await checkedStatement<AuditHead>(statement, { type: AUDIT_HEAD_TYPE, keys: keys! });
      if (head === null)
        this.note('not_signed', 'One of the heads that were kept elsewhere is not signed by these keys.');
      else this.known.push({ ...head, statement });
    }
  }

  /** Where something was found: what the log itself has about it. */
  private async readWords(): Promise<void> {
    const keys = this.options.keys ?? this.end?.keys;
    if (this.findings.length === 0 || this.start === null || keys === undefined) return;
    for (const details of this.words) {
      const word = await acknowledgementIn(details, { workspace: this.start.workspace, keys });
      for (const finding of this.findings) if (word && finding.mark === word.mark) finding.acknowledged ??= word;
    }
  }

  private async noteAt(place: BrokenPlace, kind: FindingKind, detail: string): Promise<void> {
    this.note(kind, detail, await markOf(place));
  }

  private note(kind: FindingKind, detail: string, mark: string | null = null): void {
    this.findings.push({ kind, detail, mark, acknowledged: null });
  }
}

/** Of a log that was made to be long; nobody acknowledges so many places. */
const MOST_WORDS = 1000;

interface KnownHead extends AuditHead {
  statement: string;
}

const signedAt = ({ position, statement }: KnownHead): BrokenPlace => ['signed', position, statement];

function parsed(text: string): ExportLine | null {
  try {
    return JSON.parse(text) as ExportLine | null;
  } catch {
    return null; // The caller says where it stood.
  }
}

const isLink = (link: Partial<Link> | undefined): boolean =>
  Number.isSafeInteger(link?.position) && link!.position! >= 0 && typeof link?.hash === 'string';

const range = (from: number, to: number): string => (from === to ? `position ${from}` : `positions ${from} to ${to}`);
