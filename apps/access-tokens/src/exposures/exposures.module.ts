import { Module } from '@nestjs/common';
import { ExposuresController } from './exposures.controller.js';
import { Exposures } from './exposures.js';
import { RepeatedReads } from './repeated-reads.js';

@Module({
  controllers: [ExposuresController],
  providers: [Exposures, RepeatedReads],
  exports: [Exposures, RepeatedReads],
})
export class ExposuresModule {}
