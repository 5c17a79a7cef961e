import { metrics } from '@lockkeeper/observability';
import { Counter } from 'prom-client';

export const tokenReads = new Counter({
  name: 'lockkeeper_token_reads_total',
  help: 'Reads of tokens by outcome: answered, or the code of the problem that was answered instead.',
  labelNames: ['outcome'],
  registers: [metrics],
});
