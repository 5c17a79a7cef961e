import { Injectable, Logger } from '@nestjs/common';
import { StrayGrants } from '../revocation/stray-grants.js';
import type { RawAnswer } from '../token-endpoint/raw-answer.js';
import { AnswerSpool } from './answer-spool.js';
import type { BlankSheet } from './blank-sheet.js';
import { RefreshLedger } from './refresh-ledger.js';

/** Keeps each raw answer before anybody reads it: in the ledger, or on disk while the ledger can't be reached. */
@Injectable()
export class AnswerSafe {
  private readonly logger = new Logger('rotation');

  constructor(
    private readonly ledger: RefreshLedger,
    private readonly spool: AnswerSpool,
    private readonly strays: StrayGrants,
  ) {}

  /** Uses the sheet up, or gives it back. @returns false where its connection was forgotten meanwhile: there is nothing to settle */
  async keep(ledgerId: string, answer: RawAnswer, sheet: BlankSheet): Promise<boolean> {
    const sealed = this.ledger.sealAnswer(ledgerId, answer);
    try {
      const isKept = await this.ledger.recordAnswer(ledgerId, sealed);
      if (isKept || (await this.strays.take(ledgerId, sealed))) {
        this.spool.release(sheet);
        return isKept;
      }
    } catch (error) {
      this.logger.error({ event: 'answer_not_recorded', ledgerId, err: error });
    }
    await this.spool.keep(sheet, { ledgerId, sealed });
    return true;
  }

  /** No answer came: there was nothing to keep. */
  release(sheet: BlankSheet): void {
    this.spool.release(sheet);
  }
}
