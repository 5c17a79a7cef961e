import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { EVENT_TYPES } from '@lockkeeper/contracts';
import { PageLimit } from '@lockkeeper/doors';
import { IsIn, IsOptional, Matches } from 'class-validator';
import type { AttemptRecord } from './delivery-claims.js';
import { DELIVERY_STATUSES, type Delivery, type DeliveryStatus } from './delivery-log.js';
import { WebhookPath } from './webhooks.dto.js';

const ID = /^[1-9]\d{0,17}$/;

export class DeliveryPath extends WebhookPath {
  @ApiProperty({ example: '42' }) @Matches(ID, { message: 'must be the id of a delivery' }) deliveryId: string;
}

export class DeliveryQuery extends PageLimit {
  @ApiPropertyOptional({ enum: DELIVERY_STATUSES }) @IsOptional() @IsIn(DELIVERY_STATUSES) status?: DeliveryStatus;

  @ApiPropertyOptional({ example: '42', description: 'The last id of the page before.' })
  @IsOptional()
  @Matches(ID, { message: 'must be the id of a delivery' })
  before?: string;
}

export class DeliveryAttemptView implements AttemptRecord {
  @ApiProperty({ format: 'date-time' }) at: string;
  @ApiProperty({ type: Number, nullable: true, description: 'Null if there was no answer.' }) status: number | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why there was no answer, or the beginning of one that was no success; secrets masked.',
  })
  problem: string | null;
  @ApiProperty() durationMs: number;
}

export class DeliveryView {
  @ApiProperty({ example: '42' }) id: string;
  @ApiProperty({ description: '`webhook-id`, the same at each attempt.' }) messageId: string;
  @ApiProperty() eventId: string;
  @ApiProperty({ enum: EVENT_TYPES }) type: string;
  @ApiProperty({ description: 'The event’s: the connection’s id.' }) subject: string;
  @ApiProperty({
    enum: DELIVERY_STATUSES,
    description: '`withheld`: the consumer was not entitled to it any more when its turn came.',
  })
  status: DeliveryStatus;
  @ApiProperty({ description: 'Since it was queued, or was redelivered by hand.' }) attempts: number;
  @ApiProperty({ type: [DeliveryAttemptView], description: 'The last twenty.' }) log: AttemptRecord[];
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) nextAttemptAt: string | null;
  @ApiProperty({ format: 'date-time' }) createdAt: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) settledAt: string | null;

  static of({ dueAt, createdAt, settledAt, ...delivery }: Delivery): DeliveryView {
    return {
      ...delivery,
      nextAttemptAt: delivery.status === 'pending' ? dueAt.toISOString() : null,
      createdAt: createdAt.toISOString(),
      settledAt: settledAt?.toISOString() ?? null,
    };
  }
}

export class DeliveryPage {
  @ApiProperty({ type: [DeliveryView], description: 'Newest first.' }) items: DeliveryView[];
}
