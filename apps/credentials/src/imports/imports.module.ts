import { Module } from '@nestjs/common';
import { ApiServicesModule } from '../api-services/api-services.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { PublicationModule } from '../publication/publication.module.js';
import { ImportsController } from './imports.controller.js';
import { ManifestImport } from './manifest-import.js';
import { TokenImport } from './token-import.js';

@Module({
  imports: [ApiServicesModule, ConnectionsModule, PublicationModule],
  controllers: [ImportsController],
  providers: [ManifestImport, TokenImport],
})
export class ImportsModule {}
