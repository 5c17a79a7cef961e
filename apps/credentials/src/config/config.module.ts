import { type DynamicModule, Global, Module } from '@nestjs/common';
import { KeyRing, PublicationSealer } from '@lockkeeper/sealing';
import type { Settings } from './settings.js';
import type { WorkspaceKeys } from './workspace-keys.js';

export const SETTINGS = Symbol('settings');

/** What was read and checked before anything else began. */
@Global()
@Module({})
export class ConfigModule {
  static from(settings: Settings, keys: WorkspaceKeys): DynamicModule {
    const providers = [
      { provide: SETTINGS, useValue: settings },
      { provide: KeyRing, useValue: keys.keyRing },
      { provide: PublicationSealer, useValue: keys.sealer },
    ];
    return { module: ConfigModule, providers, exports: providers.map(({ provide }) => provide) };
  }
}
