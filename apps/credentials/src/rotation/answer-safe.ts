import { Injectable, Logger } from '@nestjs/common';
import type { RawAnswer } from '../token-endpoint/raw-answer.js';
import { AnswerSpool } from './answer-spool.js';
import { RefreshLedger } from './refresh-ledger.js';

/** Keeps each raw answer before anybody reads it: in the ledger, or on disk while the ledger can't be reached. */
@Injectable()
export class AnswerSafe {
  private readonly logger = new Logger('rotation');

  constructor(
    private readonly ledger: RefreshLedger,
    private readonly spool: AnswerSpool,
  ) {}

  async keep(ledgerId: string, answer: RawAnswer): Promise<void> {
    const sealed = this.ledger.sealAnswer(ledgerId, answer);
    try {
      await this.ledger.recordAnswer(ledgerId, sealed);
    } catch (error) {
      this.logger.error({ event: 'answer_not_recorded', ledgerId, err: error });
      await this.spool.keep(ledgerId, sealed);
    }
  }
}
