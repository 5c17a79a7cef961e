import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import type { Secret } from '@lockkeeper/sealing';
import { DataSource } from 'typeorm';
import { AccessGuard } from './access.guard.js';
import { AccessKeys } from './access-keys.js';
import { BearerKeyStrategy } from './bearer-key.strategy.js';
import { KeyDesk } from './key-desk.js';
import { KEY_ROLES, KeysController } from './keys.controller.js';

export interface AccessControlOptions {
  /** Recognisable for people and secret scanners; a key of the other workspace is unknown here. */
  prefix: 'lkc_' | 'lkt_';
  /** Roles that keys can be issued with at `/v1/keys`. */
  roles: readonly string[];
  /** Lets the installer in, as long as there is no admin key. */
  firstAdminKey: Secret | null;
}

/** Closes every door of the app, and opens those whose `@Allow` names the caller's role. */
@Module({})
export class AccessControlModule {
  static with({ prefix, roles, firstAdminKey }: AccessControlOptions): DynamicModule {
    const keys = async (source: DataSource): Promise<AccessKeys> => {
      const accessKeys = new AccessKeys(source, prefix);
      if (firstAdminKey) await accessKeys.admitFirstAdmin(firstAdminKey.reveal());
      return accessKeys;
    };
    return {
      module: AccessControlModule,
      global: true,
      imports: [PassportModule],
      controllers: [KeysController],
      providers: [
        { provide: AccessKeys, useFactory: keys, inject: [DataSource] },
        { provide: KEY_ROLES, useValue: roles },
        { provide: APP_GUARD, useClass: AccessGuard },
        BearerKeyStrategy,
        KeyDesk,
      ],
      exports: [AccessKeys, KeyDesk],
    };
  }
}
