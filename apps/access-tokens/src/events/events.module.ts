import { Module } from '@nestjs/common';
import { WebhookQueue } from '../webhooks/webhook-queue.js';
import { EventOutbox } from './event-outbox.js';

@Module({ providers: [EventOutbox, WebhookQueue], exports: [EventOutbox, WebhookQueue] })
export class EventsModule {}
