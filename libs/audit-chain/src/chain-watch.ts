import { Logger } from '@nestjs/common';
import { type HealthReport, metrics } from '@lockkeeper/observability';
import type { StatementSigner } from '@lockkeeper/sealing';
import { Counter, Gauge } from 'prom-client';
import type { DataSource } from 'typeorm';
import type { Acknowledgement } from './acknowledgement.js';
import { type Acknowledgements, BreakUnknown } from './acknowledgements.js';
import type { AuditLog } from './audit-log.js';
import type { Workspace } from './chain.js';
import { headsWithin, type KeptHead, lastHeads, linkAt, notedBreaks } from './chain-rows.js';
import { breaksWithin, type ChainBreak, type Stretch } from './chain-stretch.js';
import { HeadCheck } from './head-check.js';

/** Hashed anew in one go; also how much of what is older each look takes. */
const STRETCH = 500;
/** What came since the last look beyond this many stretches is left for the next one. */
const STRETCHES_AT_ONCE = 20;
/** Whoever changed thousands of entries is told of as many. */
const MOST_TOLD = 20;
const NOTE = 'audit.chain_broken';

const breaksKnown = new Gauge({
  name: 'lockkeeper_audit_chain_breaks',
  help: 'Places where the audit log’s chain is not what was written or signed, as far as this process knows (20 at the most), and which nobody has acknowledged.',
  registers: [metrics],
});
const entriesChecked = new Counter({
  name: 'lockkeeper_audit_chain_checked_entries_total',
  help: 'Entries of the audit log that were hashed anew and compared with the chain.',
  registers: [metrics],
});

/** A broken place as people hear of it. */
export interface KnownBreak extends ChainBreak {
  since: Date;
  /** Null: nobody has looked into it, as far as the log says. */
  acknowledged: Acknowledgement | null;
}

/**
 * Looks again and again whether the chain still is what was written and signed: what came since the last look up to the newest signed head, a
 * stretch of what is older, and each place that was found broken before. Each replica does, from a place of its own: what it remembers can't be
 * changed through the database. What one of them finds is an entry of the log, so that the others look there too, and after a restart.
 */
export class ChainWatch {
  private readonly logger = new Logger('audit');
  /** The newest head that the chain was seen to lead to. */
  private signed: KeptHead | null = null;
  /** New entries were looked at up to here; null before the first look. */
  private seen: number | null = null;
  private sweptTo: number | null = null;
  private known: KnownBreak[] = [];
  /** Of those that an admin has acknowledged: they alarm nobody, and are looked at on. */
  private acknowledged: KnownBreak[] = [];
  /** Places that the log itself calls broken already, by their marks. */
  private readonly noted = new Set<string | null>();
  private readonly heads: HeadCheck;

  constructor(
    private readonly dataSource: DataSource,
    private readonly log: AuditLog,
    private readonly options: { workspace: Workspace; signer: StatementSigner; words: Acknowledgements },
  ) {
    this.heads = new HeadCheck(options);
  }

  async look(): Promise<void> {
    await this.options.words.refresh();
    const noted = await notedBreaks(this.manager, { action: NOTE, limit: MOST_TOLD });
    const found = [
      ...(await this.again([...this.known, ...this.acknowledged, ...noted])),
      ...(await this.contradicted()),
      ...(await this.newEntries()),
      ...(await this.olderEntries()),
    ];
    this.tell(found);
    for (const { mark } of noted) this.noted.add(mark);
    for (const one of this.known) if (!this.noted.has(one.mark)) await this.note(one);
  }

  report(): HealthReport {
    const [first] = this.known;
    if (!first) return this.acknowledged.length === 0 ? { state: 'up' } : { state: 'up', detail: this.examined() };
    const more = this.known.length > 1 ? ` And ${this.known.length - 1} more places.` : '';
    return {
      state: 'degraded',
      detail:
        `The audit log is not what was written, known since ${first.since.toISOString()}: ${first.detail}${more} Somebody changed it who could go round its ` +
        'triggers, or the database went back to an older state. GET /v1/audit/export and npm run audit:verify name every place; compare with an ' +
        'earlier export or a backup. It stays so until these places are what they were, or an admin acknowledges them: POST /v1/audit/breaks/<mark>/acknowledgement.',
    };
  }

  /** As this process knows them, those that nobody has acknowledged first. */
  breaks(): KnownBreak[] {
    return [...this.known, ...this.acknowledged];
  }

  /** The place stays broken, and is looked at on; it alarms nobody any more. @throws BreakUnknown, AuditUnavailable */
  async acknowledge(mark: string, reason: string): Promise<KnownBreak> {
    const found = this.breaks().find((one) => one.mark === mark);
    if (!found) throw new BreakUnknown(mark);
    if (found.acknowledged) return found;
    const acknowledged = { ...found, acknowledged: await this.options.words.acknowledge(found, reason) };
    this.known = this.known.filter((one) => one.mark !== mark);
    this.acknowledged = [...this.acknowledged.filter((one) => one.mark !== mark), acknowledged];
    breaksKnown.set(this.known.length);
    return acknowledged;
  }

  /** Without names: anybody may ask for a workspace's health. */
  private examined(): string {
    const places = this.acknowledged.map(({ position }) => position).join(', ');
    return `The audit log is not what was written at positions that an admin has acknowledged: ${places}. GET /v1/audit/breaks says who, and why.`;
  }

  /** Of places that were broken: which still are. */
  private async again(places: readonly Pick<ChainBreak, 'position' | 'statement'>[]): Promise<ChainBreak[]> {
    const found: ChainBreak[] = [];
    for (const { position, statement } of places) {
      if (statement !== null) found.push(...(await this.against({ position, statement })));
      found.push(...(await this.breaksOf({ after: position - 1, upTo: position })));
    }
    return found;
  }

  /** Against what this process saw itself, also where the heads in the database were changed with the chain. */
  private async contradicted(): Promise<ChainBreak[]> {
    if (this.signed === null) return [];
    const found = await this.against(this.signed);
    // It stays known as a break; what is signed from here on is looked at by itself.
    if (found.length > 0) this.signed = null;
    return found;
  }

  private async newEntries(): Promise<ChainBreak[]> {
    const newest = await this.newestHead();
    if (newest === null) return [];
    this.seen ??= newest.position - 1;
    const found: ChainBreak[] = [];
    for (let stretch = 0; stretch < STRETCHES_AT_ONCE && this.seen < newest.position; stretch += 1) {
      const upTo = Math.min(this.seen + STRETCH, newest.position);
      found.push(...(await this.breaksOf({ after: this.seen, upTo })));
      this.seen = upTo;
    }
    if ((await this.against(newest)).length === 0) this.signed = newest;
    return found;
  }

  /** From any place on, so that nothing old is spared by restarts. */
  private async olderEntries(): Promise<ChainBreak[]> {
    if (this.signed === null) return [];
    const end = this.signed.position;
    const after = this.sweptTo ?? Math.floor(Math.random() * end);
    const upTo = Math.min(after + STRETCH, end);
    const found = after < upTo ? await this.breaksOf({ after, upTo }) : [];
    this.sweptTo = upTo < end ? upTo : 0;
    return found;
  }

  /** The newest with a signature of ours; those of a key that has left the set say nothing any more. */
  private async newestHead(): Promise<KeptHead | null> {
    for (const head of await lastHeads(this.manager, 10)) if (await this.heads.isOurs(head.statement)) return head;
    return null;
  }

  private async breaksOf(stretch: Stretch): Promise<ChainBreak[]> {
    const { breaks, links } = await breaksWithin(this.manager, this.options.workspace, stretch);
    entriesChecked.inc(links.length);
    const linksAt = new Map(links.map((link) => [link.position, link]));
    for (const { position, statement } of await headsWithin(this.manager, stretch))
      breaks.push(...(await this.heads.against(linksAt.get(position) ?? null, statement)));
    return breaks;
  }

  private async against({ position, statement }: KeptHead): Promise<ChainBreak[]> {
    return this.heads.against(await linkAt(this.manager, position), statement);
  }

  /** Each place once, when it is found, and once when all are whole again. */
  private tell(found: readonly ChainBreak[]): void {
    const before = new Map(this.breaks().map((one) => [one.mark, one]));
    const open = new Map<number, KnownBreak>();
    const examined = new Map<string, KnownBreak>();
    for (const one of found) {
      const acknowledged = this.options.words.of(one);
      const known = { ...one, since: before.get(one.mark)?.since ?? new Date(), acknowledged };
      if (acknowledged !== null) examined.set(one.mark, known);
      // Of what is wrong with one place, the first that was found is enough to tell.
      else if (!open.has(one.position)) open.set(one.position, known);
    }
    this.known = [...open.values()].slice(0, MOST_TOLD);
    this.acknowledged = [...examined.values()].slice(0, MOST_TOLD);
    breaksKnown.set(this.known.length);
    for (const { mark, position, kind, detail } of this.known)
      if (!before.has(mark)) this.logger.error({ event: 'audit_chain_broken', position, kind, mark, detail });
    if (before.size > 0 && found.length === 0) this.logger.log({ event: 'audit_chain_whole' });
  }

  private async note({ position, kind, mark, detail, statement }: ChainBreak): Promise<void> {
    const details = { position, kind, mark, detail, ...(statement !== null && { statement }) };
    await this.log.append({ action: NOTE, objectType: 'audit', objectId: 'log', outcome: 'failed', details });
    this.noted.add(mark);
  }

  private get manager() {
    return this.dataSource.manager;
  }
}
