import { Module } from '@nestjs/common';
import { ExposuresModule } from '../exposures/exposures.module.js';
import { ExposureFacts } from './exposure-facts.js';
import { QueriesMessages } from './queries.messages.js';

@Module({ imports: [ExposuresModule], controllers: [QueriesMessages], providers: [ExposureFacts] })
export class QueriesModule {}
