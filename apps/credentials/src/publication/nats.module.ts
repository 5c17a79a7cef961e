import { type DynamicModule, Global, Module } from '@nestjs/common';
import { NatsLink } from '@lockkeeper/messaging';

/** The one connection to NATS; made before Nest, because its transports need it too. */
@Global()
@Module({})
export class NatsModule {
  static from(link: NatsLink): DynamicModule {
    return { module: NatsModule, providers: [{ provide: NatsLink, useValue: link }], exports: [NatsLink] };
  }
}
