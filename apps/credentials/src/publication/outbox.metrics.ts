import type { OutboxRelay } from '@lockkeeper/messaging';
import { metrics } from '@lockkeeper/observability';
import { Gauge } from 'prom-client';

/** Asked for when the metrics are: what waits in the outbox of this workspace, all replicas together. */
export function measureBacklog(relay: OutboxRelay): void {
  const pending = new Gauge({
    name: 'lockkeeper_outbox_pending',
    help: 'Publications that wait to be handed to NATS.',
    registers: [metrics],
    async collect() {
      // Without the database nobody knows; the other metrics are told all the same.
      const backlog = await relay.backlog().catch(() => null);
      pending.set(backlog?.pending ?? Number.NaN);
      oldest.set(backlog?.oldestAgeSeconds ?? Number.NaN);
    },
  });
  const oldest = new Gauge({
    name: 'lockkeeper_outbox_oldest_seconds',
    help: 'Age of the oldest publication that waits. Grows while NATS is away.',
    registers: [metrics],
  });
}
