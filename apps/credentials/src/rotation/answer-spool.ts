import { mkdir, open, readFile, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { RefreshLedger } from './refresh-ledger.js';

const SEALED = '.sealed';

/**
 * Where an answer goes when the database is away: a sealed file of its own, on disk (fsync) before anything else happens.
 * The provider may have taken the old refresh token back already; the new one exists only in this answer.
 */
@Injectable()
export class AnswerSpool implements OnModuleInit {
  private readonly logger = new Logger('answer-spool');
  private readonly folder: string;

  constructor(
    private readonly ledger: RefreshLedger,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.folder = settings.CREDENTIALS_SPOOL_DIR;
  }

  async onModuleInit(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
  }

  async keep(ledgerId: string, sealedAnswer: string): Promise<void> {
    const path = join(this.folder, `${ledgerId}${SEALED}`);
    const file = await open(`${path}.part`, 'w', 0o600);
    try {
      await file.writeFile(sealedAnswer);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.part`, path);
    await this.syncFolder();
    this.logger.warn({ event: 'answer_spooled', ledgerId });
  }

  /** Brings what was spooled into the ledger; a file goes only when its answer is there. */
  async replay(): Promise<void> {
    const names = (await readdir(this.folder)).filter((name) => name.endsWith(SEALED));
    for (const name of names) await this.bringBack(name.slice(0, -SEALED.length));
  }

  /** One that can't be brought back yet must not keep the others waiting: its connection may be under refresh just now. */
  private async bringBack(ledgerId: string): Promise<void> {
    const path = join(this.folder, `${ledgerId}${SEALED}`);
    try {
      await this.ledger.recordAnswer(ledgerId, await readFile(path, 'utf8'));
      await unlink(path);
      this.logger.log({ event: 'answer_replayed', ledgerId });
    } catch (error) {
      this.logger.warn({ event: 'answer_stays_spooled', ledgerId, err: error });
    }
  }

  /** A rename is durable once its folder is. */
  private async syncFolder(): Promise<void> {
    const folder = await open(this.folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}
