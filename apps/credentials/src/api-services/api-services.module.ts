import { Module } from '@nestjs/common';
import { Catalogue } from '@lockkeeper/manifests';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { ApiServicesController } from './api-services.controller.js';
import { ApiServices } from './api-services.js';
import { CatalogueController } from './catalogue.controller.js';
import { ClientHealth } from './client-health.js';
import { DryRunController } from './dry-run.controller.js';
import { ManifestSource } from './manifest-source.js';
import { ManifestsController } from './manifests.controller.js';

const catalogue = {
  provide: Catalogue,
  useFactory: ({ CREDENTIALS_SANDBOX_URL: sandboxUrl }: Settings) => new Catalogue({ sandboxUrl }),
  inject: [SETTINGS],
};

@Module({
  controllers: [ApiServicesController, DryRunController, ManifestsController, CatalogueController],
  providers: [ApiServices, ClientHealth, ManifestSource, catalogue],
  exports: [ApiServices, ClientHealth],
})
export class ApiServicesModule {}
