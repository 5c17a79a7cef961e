import { Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** One registry a process: counts and durations, no identities. */
export const metrics = new Registry();
collectDefaultMetrics({ register: metrics });

export const httpRequestSeconds = new Histogram({
  name: 'lockkeeper_http_request_seconds',
  help: 'Answered HTTP requests by route and status, in seconds.',
  labelNames: ['method', 'route', 'status'],
  registers: [metrics],
});
