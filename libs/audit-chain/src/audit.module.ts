import { Global, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditController } from './audit.controller.js';
import { AuditLog } from './audit-log.js';

/** The same in both workspaces; each writes into its own database. */
@Global()
@Module({
  controllers: [AuditController],
  providers: [
    { provide: AuditLog, useFactory: (source: DataSource): AuditLog => new AuditLog(source), inject: [DataSource] },
  ],
  exports: [AuditLog],
})
export class AuditModule {}
