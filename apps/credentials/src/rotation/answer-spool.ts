import { mkdir, readFile, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { StrayGrants } from '../revocation/stray-grants.js';
import { RefreshLedger } from './refresh-ledger.js';
import { BlankSheet, SHEET_BYTES } from './blank-sheet.js';

const SEALED = '.sealed';
/** Of no refresh that the database knows: for people to look at. */
const ASIDE = '.aside';
const BYTES_IN_MEGABYTE = 1_048_576;

/** Why no refresh begins: in words of the operating system, which name no secret. */
export interface SpoolTrouble {
  reason: string;
}

/**
 * Where an answer goes when the database is away: a sealed file of its own, on disk (fsync) before anything else happens.
 * The provider may have taken the old refresh token back already; the new one exists only in this answer. So the room for it is there, written and
 * on disk, before the provider is asked: whoever gets no sheet doesn't send.
 */
@Injectable()
export class AnswerSpool implements OnModuleInit {
  private readonly logger = new Logger('answer-spool');
  private readonly folder: string;
  private readonly mostSheets: number;
  private readonly blank: BlankSheet[] = [];
  private taken = 0;
  private sheetsOfSpooled = 0;
  /** Answers that were kept aside. */
  aside = 0;
  /** Null while there is room. */
  trouble: SpoolTrouble | null = null;

  constructor(
    private readonly ledger: RefreshLedger,
    private readonly strays: StrayGrants,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.folder = settings.CREDENTIALS_SPOOL_DIR;
    this.mostSheets = Math.floor((settings.CREDENTIALS_SPOOL_MEGABYTES * BYTES_IN_MEGABYTE) / SHEET_BYTES);
  }

  async onModuleInit(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    // Sheets and half-written files of an earlier life; whatever was kept was renamed before anybody relied on it.
    const names = await readdir(this.folder);
    const leftovers = names.filter((name) => !isKept(name));
    await Promise.all(leftovers.map((name) => unlink(join(this.folder, name))));
    this.aside = names.filter((name) => name.endsWith(ASIDE)).length;
  }

  /** Room for as many answers, or for fewer where there isn't more; none where the disk is full or the spool has grown too large. */
  async reserve(count: number): Promise<BlankSheet[]> {
    const sheets = this.blank.splice(0, count);
    this.taken += sheets.length;
    let trouble: SpoolTrouble | null = null;
    while (sheets.length < count && trouble === null) {
      const made = await this.another();
      if (made instanceof BlankSheet) sheets.push(made);
      else trouble = made;
    }
    this.report(sheets.length > 0 || count === 0 ? null : trouble);
    return sheets;
  }

  /** It wasn't needed. */
  release(...sheets: BlankSheet[]): void {
    this.taken -= sheets.length;
    this.blank.push(...sheets);
  }

  async keep(sheet: BlankSheet, { ledgerId, sealed }: { ledgerId: string; sealed: string }): Promise<void> {
    await sheet.become(join(this.folder, `${ledgerId}${SEALED}`), sealed);
    this.taken -= 1;
    this.sheetsOfSpooled += Math.ceil(sealed.length / SHEET_BYTES);
    this.logger.warn({ event: 'answer_spooled', ledgerId });
  }

  /** Brings what was spooled into the ledger; a file goes only when its answer is there, and stays aside where there is no place for it. */
  async replay(): Promise<void> {
    const names = (await readdir(this.folder)).filter((name) => name.endsWith(SEALED));
    for (const name of names) await this.bringBack(name.slice(0, -SEALED.length));
    this.sheetsOfSpooled = await this.spooledSheets();
  }

  private async another(): Promise<BlankSheet | SpoolTrouble> {
    if (this.taken + this.blank.length + this.sheetsOfSpooled >= this.mostSheets)
      return { reason: 'it holds as much as CREDENTIALS_SPOOL_MEGABYTES allows' };
    this.taken += 1;
    try {
      return await BlankSheet.make(this.folder);
    } catch (error) {
      this.taken -= 1;
      return { reason: (error as NodeJS.ErrnoException).code ?? 'it can’t be written to' };
    }
  }

  /** One that can't be brought back yet must not keep the others waiting: its connection may be under refresh just now. */
  private async bringBack(ledgerId: string): Promise<void> {
    const path = join(this.folder, `${ledgerId}${SEALED}`);
    try {
      const sealed = await readFile(path, 'utf8');
      const isKnown = (await this.ledger.recordAnswer(ledgerId, sealed)) || (await this.strays.take(ledgerId, sealed));
      if (!isKnown) return await this.keepAside(ledgerId);
      await unlink(path);
      this.logger.log({ event: 'answer_replayed', ledgerId });
    } catch (error) {
      this.logger.warn({ event: 'answer_stays_spooled', ledgerId, err: error });
    }
  }

  /** The database was restored from before that refresh, or belongs to another installation: it may be the only copy. */
  private async keepAside(ledgerId: string): Promise<void> {
    await rename(join(this.folder, `${ledgerId}${SEALED}`), join(this.folder, `${ledgerId}${ASIDE}`));
    this.aside += 1;
    this.logger.error({ event: 'answer_kept_aside', ledgerId, folder: this.folder });
  }

  private async spooledSheets(): Promise<number> {
    const names = (await readdir(this.folder)).filter(isKept);
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(this.folder, name))).size));
    return sizes.reduce((sheets, size) => sheets + Math.ceil(size / SHEET_BYTES), 0);
  }

  /** Said when it begins and when it ends, not at every try. */
  private report(trouble: SpoolTrouble | null): void {
    if (trouble !== null && this.trouble === null) this.logger.error({ event: 'refreshes_stopped', ...trouble });
    if (trouble === null && this.trouble !== null) this.logger.log({ event: 'refreshes_resumed' });
    this.trouble = trouble;
  }
}

const isKept = (name: string): boolean => name.endsWith(SEALED) || name.endsWith(ASIDE);
