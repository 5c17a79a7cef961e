import { Module } from '@nestjs/common';
import { ApiServicesModule } from '../api-services/api-services.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { RotationModule } from '../rotation/rotation.module.js';
import { IssuanceController } from './issuance.controller.js';
import { Issuance } from './issuance.js';

@Module({
  imports: [ApiServicesModule, ConnectionsModule, RotationModule],
  controllers: [IssuanceController],
  providers: [Issuance],
})
export class IssuanceModule {}
