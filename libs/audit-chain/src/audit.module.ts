import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { auditSubject } from '@lockkeeper/contracts';
import { JetStreamPublisher, NatsLink } from '@lockkeeper/messaging';
import type { StatementSigner } from '@lockkeeper/sealing';
import { DataSource } from 'typeorm';
import { Acknowledgements } from './acknowledgements.js';
import { AuditController } from './audit.controller.js';
import { AuditExport } from './audit-export.js';
import { AuditHeads } from './audit-heads.js';
import { AuditHealth } from './audit-health.js';
import { AuditLog } from './audit-log.js';
import { AuditSchedule } from './audit-schedule.js';
import { AuditSealer } from './audit-sealer.js';
import { AuditStanding } from './audit-standing.js';
import type { Workspace } from './chain.js';
import { ChainWatch } from './chain-watch.js';

export interface AuditOptions {
  workspace: Workspace;
  signer: StatementSigner;
  /** What isn't done while the log takes no entries, as a sentence's beginning. */
  rests: string;
}

/** The log tells its standing of each refusal. */
const logAndStanding = (rests: string): Provider[] => [
  {
    provide: AuditStanding,
    useFactory: (source: DataSource) => new AuditStanding(source, rests),
    inject: [DataSource],
  },
  {
    provide: AuditLog,
    useFactory: (source: DataSource, standing: AuditStanding) => new AuditLog(source, () => standing.doubt()),
    inject: [DataSource, AuditStanding],
  },
];

const watchAndHealth = (options: Pick<AuditOptions, 'workspace' | 'signer'>): Provider[] => [
  {
    provide: ChainWatch,
    useFactory: (source: DataSource, log: AuditLog) =>
      new ChainWatch(source, log, { ...options, words: new Acknowledgements(source, log, options) }),
    inject: [DataSource, AuditLog],
  },
  {
    provide: AuditHealth,
    useFactory: (...parts: [AuditStanding, ChainWatch]) => new AuditHealth(...parts),
    inject: [AuditStanding, ChainWatch],
  },
];

/** The same in both workspaces; each writes into its own database and signs with its own key. */
@Module({})
export class AuditModule {
  static of({ workspace, signer, rests }: AuditOptions): DynamicModule {
    const heads = (source: DataSource, sealer: AuditSealer, link: NatsLink): AuditHeads => {
      const publisher = new JetStreamPublisher(link);
      const publish = async (statement: string, messageId: string): Promise<void> => {
        await publisher.publish(auditSubject(workspace), statement, { messageId });
      };
      return new AuditHeads(source, sealer, { workspace, signer, publish });
    };
    return {
      module: AuditModule,
      global: true,
      controllers: [AuditController],
      providers: [
        ...logAndStanding(rests),
        ...watchAndHealth({ workspace, signer }),
        {
          provide: AuditSealer,
          useFactory: (source: DataSource) => new AuditSealer(source, workspace),
          inject: [DataSource],
        },
        { provide: AuditHeads, useFactory: heads, inject: [DataSource, AuditSealer, NatsLink] },
        {
          provide: AuditExport,
          useFactory: (source: DataSource, of: AuditHeads) => new AuditExport(source, of, workspace),
          inject: [DataSource, AuditHeads],
        },
        {
          provide: AuditSchedule,
          useFactory: (...parts: [AuditSealer, AuditHeads, AuditStanding, ChainWatch]) => new AuditSchedule(...parts),
          inject: [AuditSealer, AuditHeads, AuditStanding, ChainWatch],
        },
      ],
      exports: [AuditLog, AuditHeads, AuditStanding, AuditHealth],
    };
  }
}
