import type { DynamicModule } from '@nestjs/common';
import { DatabaseHealth } from '@lockkeeper/database';
import { VitalSignsController } from '@lockkeeper/doors';
import { NatsLink } from '@lockkeeper/messaging';
import { HealthModule } from '@lockkeeper/observability';

/** What this workspace leans on. Without NATS it goes on rotating; what it has to tell waits in the outbox. */
export const healthModule = (): DynamicModule => ({
  ...HealthModule.from([DatabaseHealth, NatsLink]),
  controllers: [VitalSignsController],
});
