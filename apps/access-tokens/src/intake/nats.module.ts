import { type DynamicModule, Global, Module } from '@nestjs/common';
import { NatsLink } from '@lockkeeper/messaging';

/** The one connection to NATS, closed after everything that uses it. */
@Global()
@Module({})
export class NatsModule {
  static from(link: NatsLink): DynamicModule {
    return { module: NatsModule, providers: [{ provide: NatsLink, useValue: link }], exports: [NatsLink] };
  }
}
