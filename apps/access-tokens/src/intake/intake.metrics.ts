import { metrics } from '@lockkeeper/observability';
import { Counter, Gauge } from 'prom-client';

export const publicationsTakenIn = new Counter({
  name: 'lockkeeper_publications_total',
  help: 'Publications that arrived, by what became of them: taken_in, old, or refused (not ours, or not understood).',
  labelNames: ['outcome'],
  registers: [metrics],
});

export const replayBehind = new Gauge({
  name: 'lockkeeper_intake_replay_behind',
  help: 'Stream positions that this database was not yet compared with, when it was looked at last.',
  registers: [metrics],
});
