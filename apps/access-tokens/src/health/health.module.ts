import type { DynamicModule } from '@nestjs/common';
import { DatabaseHealth } from '@lockkeeper/database';
import { VitalSignsController } from '@lockkeeper/doors';
import { NatsLink } from '@lockkeeper/messaging';
import { HealthModule } from '@lockkeeper/observability';
import { IntakeModule } from '../intake/intake.module.js';
import { Replay } from '../intake/replay.js';

/** What this workspace leans on. Without NATS it goes on handing out what it holds. */
export const healthModule = (): DynamicModule => ({
  ...HealthModule.from([DatabaseHealth, NatsLink, Replay], [IntakeModule]),
  controllers: [VitalSignsController],
});
