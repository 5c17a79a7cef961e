import { Module } from '@nestjs/common';
import { GrantSeal } from './grant-seal.js';

/** Apart from the connections' own module, which needs publications, which need this. */
@Module({ providers: [GrantSeal], exports: [GrantSeal] })
export class GrantSealModule {}
