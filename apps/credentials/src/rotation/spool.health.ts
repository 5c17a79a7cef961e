import { Injectable } from '@nestjs/common';
import type { HealthCheck, HealthReport } from '@lockkeeper/observability';
import { AnswerSpool } from './answer-spool.js';

/** Without room for answers nothing is refreshed; what is there is still told, and consents still work. */
@Injectable()
export class SpoolHealth implements HealthCheck {
  readonly name = 'spool';

  constructor(private readonly spool: AnswerSpool) {}

  check(): HealthReport {
    const { trouble, aside } = this.spool;
    if (trouble === null && aside > 0) return { state: 'degraded', detail: asideInWords(aside) };
    if (trouble === null) return { state: 'up' };
    return {
      state: 'degraded',
      detail: `No refresh begins: an answer that the database can’t take at once would have no place in CREDENTIALS_SPOOL_DIR (${trouble.reason}).`,
    };
  }
}

const asideInWords = (count: number): string =>
  `${count} answers in CREDENTIALS_SPOOL_DIR (*.aside) belong to no refresh that this database knows: it was restored from an older backup, or belongs ` +
  'to another installation. They may hold the only copies of refresh tokens; remove them once you know.';
