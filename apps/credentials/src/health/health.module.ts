import type { DynamicModule } from '@nestjs/common';
import { AuditHealth } from '@lockkeeper/audit-chain';
import { DatabaseHealth, OldSeals } from '@lockkeeper/database';
import { VitalSignsController } from '@lockkeeper/doors';
import { NatsLink, OutboxRelay } from '@lockkeeper/messaging';
import { HealthModule } from '@lockkeeper/observability';
import { PublicationModule } from '../publication/publication.module.js';
import { RotationModule } from '../rotation/rotation.module.js';
import { SpoolHealth } from '../rotation/spool.health.js';

/** What this workspace leans on. Without NATS it goes on rotating; what it has to tell waits in the outbox. */
export const healthModule = (): DynamicModule => ({
  ...HealthModule.from(
    [DatabaseHealth, OldSeals, NatsLink, OutboxRelay, AuditHealth, SpoolHealth],
    [PublicationModule, RotationModule],
  ),
  controllers: [VitalSignsController],
});
