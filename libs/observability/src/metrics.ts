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

export interface RequestLabels {
  method: string;
  route: string;
  status: string;
}

/** One series, for whoever measures the same again and again. */
export const requestSeries = (labels: RequestLabels): { observe(seconds: number): void } =>
  httpRequestSeconds.labels(labels);

const measured = new Map<string, Histogram.Internal<'method' | 'route' | 'status'>>();

/** There are as many series as routes, methods and statuses; looking one up by its labels takes longer than to measure. */
export function measureRequest(labels: RequestLabels, seconds: number): void {
  const key = `${labels.method} ${labels.route} ${labels.status}`;
  const series = measured.get(key) ?? httpRequestSeconds.labels(labels);
  measured.set(key, series);
  series.observe(seconds);
}
