import { Global, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { Changes } from './changes.js';
import { HeardEverywhere } from './heard-everywhere.js';
import { KnownKeys } from './known-keys.js';

@Global()
@Module({
  providers: [Changes, KnownKeys, { provide: APP_INTERCEPTOR, useClass: HeardEverywhere }],
  exports: [Changes, KnownKeys],
})
export class ChangesModule {}
