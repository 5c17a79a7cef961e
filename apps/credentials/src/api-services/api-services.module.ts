import { Module } from '@nestjs/common';
import { Catalogue } from '@lockkeeper/manifests';
import { DiscoveryModule } from '../discovery/discovery.module.js';
import { PublicationModule } from '../publication/publication.module.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { ApiServicesController } from './api-services.controller.js';
import { ApiServices } from './api-services.js';
import { CatalogueController } from './catalogue.controller.js';
import { CertificateWatch } from './certificate-watch.js';
import { ClientHealth } from './client-health.js';
import { ClientKeysController } from './client-keys.controller.js';
import { ClientProofs } from './client-proofs.js';
import { ClientSecretsController } from './client-secrets.controller.js';
import { ClientSecrets } from './client-secrets.js';
import { ApiServicesSchedule } from './api-services.schedule.js';
import { DryRunController } from './dry-run.controller.js';
import { ManifestSource } from './manifest-source.js';
import { ManifestsController } from './manifests.controller.js';

const catalogue = {
  provide: Catalogue,
  useFactory: ({ CREDENTIALS_SANDBOX_URL: sandboxUrl }: Settings) => new Catalogue({ sandboxUrl }),
  inject: [SETTINGS],
};

@Module({
  imports: [DiscoveryModule, PublicationModule],
  controllers: [
    ApiServicesController,
    ClientKeysController,
    ClientSecretsController,
    DryRunController,
    ManifestsController,
    CatalogueController,
  ],
  providers: [
    ApiServices,
    ClientHealth,
    ClientProofs,
    ClientSecrets,
    CertificateWatch,
    ApiServicesSchedule,
    ManifestSource,
    catalogue,
  ],
  exports: [ApiServices, ClientHealth, ClientSecrets],
})
export class ApiServicesModule {}
