import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { DataSource } from 'typeorm';
import { AccessGuard } from './access.guard.js';
import { AccessKeys } from './access-keys.js';
import { BearerKeyStrategy } from './bearer-key.strategy.js';

/** Closes every door of the app, and opens those whose `@Allow` names the caller's role. */
@Module({})
export class AccessControlModule {
  static withPrefix(prefix: 'lkc_' | 'lkt_'): DynamicModule {
    return {
      module: AccessControlModule,
      global: true,
      imports: [PassportModule],
      providers: [
        {
          provide: AccessKeys,
          useFactory: (source: DataSource): AccessKeys => new AccessKeys(source, prefix),
          inject: [DataSource],
        },
        BearerKeyStrategy,
        { provide: APP_GUARD, useClass: AccessGuard },
      ],
      exports: [AccessKeys],
    };
  }
}
