import { metrics } from '@lockkeeper/observability';
import { Counter } from 'prom-client';

export const webhookDeliveries = new Counter({
  name: 'lockkeeper_webhook_attempts_total',
  help: 'Attempts to deliver an event to a webhook, by what came of them.',
  labelNames: ['outcome'],
  registers: [metrics],
});
