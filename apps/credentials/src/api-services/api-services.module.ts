import { Module } from '@nestjs/common';
import { ApiServicesController } from './api-services.controller.js';
import { ApiServices } from './api-services.js';
import { ClientHealth } from './client-health.js';
import { ManifestSource } from './manifest-source.js';

@Module({
  controllers: [ApiServicesController],
  providers: [ApiServices, ClientHealth, ManifestSource],
  exports: [ApiServices, ClientHealth],
})
export class ApiServicesModule {}
