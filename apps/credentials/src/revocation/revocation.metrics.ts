import { metrics } from '@lockkeeper/observability';
import { Counter } from 'prom-client';

export const revocationAttempts = new Counter({
  name: 'lockkeeper_revocation_attempts_total',
  help: 'Requests to revoke at a provider, by what the provider made of them.',
  labelNames: ['outcome'],
  registers: [metrics],
});
