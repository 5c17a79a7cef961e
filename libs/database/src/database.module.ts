import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { HealthCheck, HealthReport } from '@lockkeeper/observability';
import { DataSource } from 'typeorm';
import { DatabaseClock } from './database-clock.js';
import { OldSeals, type SealedGround } from './old-seals.js';

/** Without its database a workspace can do nothing for anybody. */
export class DatabaseHealth implements HealthCheck {
  readonly name = 'database';

  constructor(private readonly dataSource: DataSource) {}

  async check(): Promise<HealthReport> {
    await this.dataSource.query('SELECT 1');
    return { state: 'up' };
  }
}

/** A workspace's one database, prepared before Nest starts and closed after everything that uses it. */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** @param sealed what is sealed in it, and by which ring */
  static from(dataSource: DataSource, sealed: SealedGround): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        { provide: DataSource, useValue: dataSource },
        { provide: DatabaseHealth, useValue: new DatabaseHealth(dataSource) },
        { provide: OldSeals, useValue: new OldSeals(dataSource, sealed) },
        { provide: DatabaseClock, useValue: new DatabaseClock(dataSource) },
      ],
      exports: [DataSource, DatabaseHealth, OldSeals, DatabaseClock],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}
