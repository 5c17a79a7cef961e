import { type DynamicModule, Global, Module } from '@nestjs/common';
import { KeyRing, PublicationOpener } from '@lockkeeper/sealing';
import type { Settings } from './settings.js';
import type { WorkspaceKeys } from './workspace-keys.js';

export const SETTINGS = Symbol('settings');
/** `ConsumerUsers`, or null where consumers hear nothing over NATS. */
export const CONSUMER_USERS = Symbol('consumer users');

/** What was read and checked before anything else began. */
@Global()
@Module({})
export class ConfigModule {
  static from(settings: Settings, keys: WorkspaceKeys): DynamicModule {
    const providers = [
      { provide: SETTINGS, useValue: settings },
      { provide: KeyRing, useValue: keys.keyRing },
      { provide: PublicationOpener, useValue: keys.opener },
      { provide: CONSUMER_USERS, useValue: keys.consumerUsers },
    ];
    return { module: ConfigModule, providers, exports: providers.map(({ provide }) => provide) };
  }
}
