import { Module } from '@nestjs/common';
import { ExposuresController } from './exposures.controller.js';
import { ExposureTallies } from './exposure-tallies.js';
import { Exposures } from './exposures.js';
import { RepeatedReads } from './repeated-reads.js';

@Module({
  controllers: [ExposuresController],
  providers: [Exposures, ExposureTallies, RepeatedReads],
  exports: [Exposures, RepeatedReads],
})
export class ExposuresModule {}
