import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ExposureFact } from '@lockkeeper/contracts';
import { InvalidInput } from '@lockkeeper/doors';
import {
  ArrayMaxSize,
  ArrayMinSize,
  Equals,
  IsArray,
  IsBoolean,
  IsInt,
  IsISO8601,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { SLUG } from '../api-services/api-service.dto.js';
import { BlastConsumerView, StoredReceiptView } from '../revocation/revocation.dto.js';
import type { Progress, SettledItem } from './order-progress.js';
import type { Rehearsal } from './revocation-orders.js';
import type { ItemState, OrderRequest, OrderScope, OrderStatus, RevocationOrder } from './revocation-order.js';

const ITEM_STATES = ['waiting', 'reissued', 'revoked', 'nothing_left', 'failed'] as const;
const SCOPE = ['connections', 'apiService', 'user', 'consumer', 'since', 'until'] as const;
const MOST_CONNECTIONS = 5000;

/** Every member narrows it down. */
export class OrderInput {
  @ApiPropertyOptional({ type: [String], format: 'uuid', description: 'These connections.' })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_CONNECTIONS)
  @IsUUID(undefined, { each: true })
  connections?: string[];

  @ApiPropertyOptional({ description: 'Those of this API service, by its slug.' })
  @IsOptional()
  @Matches(SLUG)
  apiService?: string;

  @ApiPropertyOptional({ description: 'Those of this user.' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(512)
  user?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Those whose tokens this consumer has read.' })
  @IsOptional()
  @IsUUID()
  consumer?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Those whose tokens were read at this moment or later.' })
  @IsOptional()
  @IsISO8601()
  since?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Those whose tokens were read before this moment.' })
  @IsOptional()
  @IsISO8601()
  until?: string;

  @ApiPropertyOptional({ enum: [true], description: 'Every connection there is; stands alone.' })
  @IsOptional()
  @Equals(true)
  all?: true;

  @ApiPropertyOptional({
    default: true,
    description:
      'Fetch a newer token where the grant survives; otherwise the connection ends, as it does everywhere with `false`.',
  })
  @IsOptional()
  @IsBoolean()
  reissue: boolean = true;

  @ApiPropertyOptional({ default: 20, minimum: 1, maximum: 1000, description: 'Connections begun in a second.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1000)
  perSecond: number = 20;

  /** @throws InvalidInput: nothing is meant by accident, least of all everything */
  static requestOf(input: OrderInput): OrderRequest {
    const told = SCOPE.filter((member) => input[member] !== undefined);
    if ((told.length === 0) === (input.all !== true)) {
      const message = `must name at least one of ${SCOPE.map((member) => `\`${member}\``).join(', ')}, or \`all: true\` alone`;
      throw new InvalidInput([{ pointer: '', message }]);
    }
    const scope = Object.fromEntries(told.map((member) => [member, input[member]])) as OrderScope;
    return { scope, reissue: input.reissue, perSecond: input.perSecond };
  }
}

export class OrderCountsView implements Progress {
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, description: 'By what was done to them.' })
  connections: Progress['connections'];
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'Tokens, by what providers said.',
  })
  provider: Progress['provider'];
}

export class OrderView {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({
    enum: ['selecting', 'running', 'done'],
    description:
      '`done`: nothing waits here any more; `progress.provider` tells which providers are still being asked.',
  })
  status: OrderStatus;
  @ApiProperty({ type: String, nullable: true }) waitsBecause: string | null;
  @ApiProperty({ type: 'object', additionalProperties: true }) scope: OrderScope;
  @ApiProperty() reissue: boolean;
  @ApiProperty() perSecond: number;
  @ApiProperty() requestedBy: string;
  @ApiProperty({ format: 'date-time' }) createdAt: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) finishedAt: string | null;
  @ApiProperty({ type: OrderCountsView }) progress: OrderCountsView;

  static of(order: RevocationOrder, progress: Progress): OrderView {
    const { id, status, waitsBecause, scope, reissue, perSecond, requestedBy } = order;
    const times = { createdAt: order.createdAt.toISOString(), finishedAt: order.finishedAt?.toISOString() ?? null };
    return { id, status, waitsBecause, scope, reissue, perSecond, requestedBy, ...times, progress };
  }
}

export class OrderPage {
  @ApiProperty({ type: [OrderView], description: 'Newest first.' }) items: OrderView[];
}

export class OrderItemView {
  @ApiProperty({ format: 'uuid' }) connectionId: string;
  @ApiProperty({ type: String, nullable: true, description: 'Null, as `user`, if the connection is gone.' })
  apiService: string | null;
  @ApiProperty({ type: String, nullable: true }) user: string | null;
  @ApiProperty({ enum: ITEM_STATES }) state: ItemState;
  @ApiProperty({ type: Number, nullable: true }) version: number | null;
  @ApiProperty({ type: String, nullable: true }) detail: string | null;
  @ApiProperty() attempts: number;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) doneAt: string | null;
  @ApiProperty({ type: [StoredReceiptView] }) receipts: StoredReceiptView[];

  static of({ doneAt, receipts, ...item }: SettledItem): OrderItemView {
    const stored = receipts.map(({ createdAt, settledAt, dueAt, ...receipt }) =>
      StoredReceiptView.of({
        ...receipt,
        createdAt: new Date(createdAt),
        settledAt: settledAt === null ? null : new Date(settledAt),
        dueAt: new Date(dueAt),
      }),
    );
    return { ...item, doneAt: doneAt?.toISOString() ?? null, receipts: stored };
  }
}

export class OrderItemPage {
  @ApiProperty({ type: [OrderItemView], description: 'By connection.' }) items: OrderItemView[];
}

export class RehearsedConnectionView {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty() apiService: string;
  @ApiProperty() user: string;
  @ApiProperty({ enum: ['reissue', 'revoke'] }) would: 'reissue' | 'revoke';
}

export class ExposedConsumerView extends BlastConsumerView {
  @ApiProperty({ format: 'uuid' }) connectionId: string;
}

export class RehearsalView {
  @ApiProperty({ enum: [true] }) dryRun: true;
  @ApiProperty({ type: Number, nullable: true, description: 'Null: access-tokens can’t be asked who read what.' })
  total: number | null;
  @ApiProperty({ type: [RehearsedConnectionView], description: 'The first of them.' })
  connections: RehearsedConnectionView[];
  @ApiProperty({ enum: ['known', 'could_not_check'] }) exposure: 'known' | 'could_not_check';
  @ApiProperty({ type: [ExposedConsumerView] }) consumers: ExposureFact[];

  static of({ total, connections, consumers }: Rehearsal): RehearsalView {
    const shown = connections.map(({ connection: { id, user }, apiService: { slug }, would }) => ({
      ...{ id, apiService: slug, user },
      would,
    }));
    const exposure = consumers === null ? 'could_not_check' : 'known';
    return { dryRun: true, total, connections: shown, exposure, consumers: consumers ?? [] };
  }
}
