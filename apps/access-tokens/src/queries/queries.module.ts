import { Module } from '@nestjs/common';
import { ExposureFacts } from './exposure-facts.js';
import { QueriesMessages } from './queries.messages.js';

@Module({ controllers: [QueriesMessages], providers: [ExposureFacts] })
export class QueriesModule {}
