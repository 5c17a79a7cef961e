import { Controller, Get, Header, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, type Principal } from '@lockkeeper/access-control';
import { Allow, ApiProblems } from '@lockkeeper/doors';
import { ADMIN, AUDITOR, CONSUMER } from '../access/roles.js';
import { DeliveryPage, DeliveryPath, DeliveryQuery, DeliveryView } from './deliveries.dto.js';
import { DeliveryLog, KEPT_DELIVERIES } from './delivery-log.js';
import { WebhookPath } from './webhooks.dto.js';
import { Webhooks } from './webhooks.js';

/** What a webhook was told, and what it answered. */
@ApiTags('events')
@ApiBearerAuth()
@Controller('v1/webhooks/:id/deliveries')
@ApiProblems({
  400: '`input_invalid`',
  401: '`key_required`',
  403: '`role_refused`',
  404: '`webhook_not_found`',
})
export class DeliveriesController {
  constructor(
    private readonly webhooks: Webhooks,
    private readonly log: DeliveryLog,
  ) {}

  @Get()
  @Allow(CONSUMER, ADMIN, AUDITOR)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Its deliveries, newest first, with their attempts.',
    description: `All that wait, and the last ${KEPT_DELIVERIES} that don’t. Next page: \`before\` the last \`id\`.`,
  })
  @ApiOkResponse({ type: DeliveryPage })
  async list(
    @Param() { id }: WebhookPath,
    @Query() query: DeliveryQuery,
    @Caller() caller: Principal,
  ): Promise<DeliveryPage> {
    await this.webhooks.get(id, caller);
    return { items: (await this.log.of(id, query)).map((delivery) => DeliveryView.of(delivery)) };
  }

  @Post(':deliveryId/redeliver')
  @Allow(CONSUMER, ADMIN)
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    summary: 'Deliver it once more, whatever came of it before.',
    description: 'At once, and from then on as if it were new; with the same `webhook-id`.',
  })
  @ApiAcceptedResponse({ type: DeliveryView })
  @ApiProblems({ 404: '`webhook_not_found`, `delivery_not_found`' })
  async redeliver(@Param() { id, deliveryId }: DeliveryPath, @Caller() caller: Principal): Promise<DeliveryView> {
    await this.webhooks.get(id, caller);
    return DeliveryView.of(await this.log.redeliver(id, deliveryId));
  }
}
