import { Module } from '@nestjs/common';
import { GrantSealModule } from '../connections/grant-seal.module.js';
import { Revocations } from './revocations.js';

/** Apart from revocation's own module, which needs the connections, whose ends need this. */
@Module({ imports: [GrantSealModule], providers: [Revocations], exports: [Revocations] })
export class RevocationQueueModule {}
