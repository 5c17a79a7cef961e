import type { DynamicModule } from '@nestjs/common';
import { AuditHealth } from '@lockkeeper/audit-chain';
import { DatabaseHealth, OldSeals } from '@lockkeeper/database';
import { VitalSignsController } from '@lockkeeper/doors';
import { NatsLink } from '@lockkeeper/messaging';
import { HealthModule } from '@lockkeeper/observability';
import { EventOutbox } from '../events/event-outbox.js';
import { EventsModule } from '../events/events.module.js';
import { IntakeModule } from '../intake/intake.module.js';
import { Replay } from '../intake/replay.js';

/** What this workspace leans on. Without NATS it goes on handing out what it holds. */
export const healthModule = (): DynamicModule => ({
  ...HealthModule.from(
    [DatabaseHealth, OldSeals, NatsLink, EventOutbox, AuditHealth, Replay],
    [EventsModule, IntakeModule],
  ),
  controllers: [VitalSignsController],
});
