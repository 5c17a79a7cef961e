import { metrics } from '@lockkeeper/observability';
import { Counter } from 'prom-client';

const apiCalls = new Counter({
  name: 'lockkeeper_api_calls_total',
  help: 'Calls on behalf of connections: answered by the API, whatever the answer, or failed before.',
  labelNames: ['outcome'],
  registers: [metrics],
});

export const callsAnswered = apiCalls.labels('answered');
export const callsFailed = apiCalls.labels('failed');
