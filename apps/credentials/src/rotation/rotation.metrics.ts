import { metrics } from '@lockkeeper/observability';
import { Counter } from 'prom-client';

/** By what it came to (the ledger's outcome) and who wanted it. Failures of any kind are worth an alarm when they grow. */
export const refreshes = new Counter({
  name: 'lockkeeper_refreshes_total',
  help: 'Refreshes that were settled, by outcome and cause.',
  labelNames: ['outcome', 'cause'],
  registers: [metrics],
});
