import { Module } from '@nestjs/common';
import { ApiServicesModule } from '../api-services/api-services.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { RevocationModule } from '../revocation/revocation.module.js';
import { RotationModule } from '../rotation/rotation.module.js';
import { OrderItems } from './order-items.js';
import { OrderProgress } from './order-progress.js';
import { OrderQueue } from './order-queue.js';
import { OrderSelection } from './order-selection.js';
import { OrderWorker } from './order-worker.js';
import { Reissue } from './reissue.js';
import { RevocationOrdersController } from './revocation-orders.controller.js';
import { RevocationOrders } from './revocation-orders.js';

@Module({
  imports: [ApiServicesModule, ConnectionsModule, RevocationModule, RotationModule],
  controllers: [RevocationOrdersController],
  providers: [OrderQueue, OrderSelection, OrderItems, OrderProgress, OrderWorker, Reissue, RevocationOrders],
  exports: [RevocationOrders],
})
export class RevocationOrdersModule {}
