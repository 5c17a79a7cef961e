import { Module } from '@nestjs/common';
import { AudibleEvents } from './audible-events.js';
import { EventStream } from './event-stream.js';
import { EventStreamController } from './event-stream.controller.js';
import { StoredEvents } from './stored-events.js';

@Module({ controllers: [EventStreamController], providers: [EventStream, StoredEvents, AudibleEvents] })
export class EventStreamModule {}
