import { metrics } from '@lockkeeper/observability';
import { Counter } from 'prom-client';

/** Since the last time that anybody looked: a number is counted up quicker than a metric. */
let answered = 0;

export const tokenReads = new Counter({
  name: 'lockkeeper_token_reads_total',
  help: 'Reads of tokens by outcome: answered, or the code of the problem that was answered instead.',
  labelNames: ['outcome'],
  registers: [metrics],
  collect() {
    this.inc({ outcome: 'answered' }, answered);
    answered = 0;
  },
});

export const countAnswered = (): void => void (answered += 1);
