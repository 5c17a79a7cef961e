import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { Allow } from '@lockkeeper/access-control';
import { ApiProblems, PageInput, PageLimit } from '@lockkeeper/doors';
import { isUUID } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { RevokeQuery } from '../revocation/revocation.dto.js';
import { OrderProgress } from './order-progress.js';
import { OrderQueue } from './order-queue.js';
import { OrderNotFound } from './revocation-order.errors.js';
import {
  OrderInput,
  OrderItemPage,
  OrderItemView,
  OrderPage,
  OrderView,
  RehearsalView,
} from './revocation-order.dto.js';
import type { RevocationOrder } from './revocation-order.js';
import { RevocationOrders } from './revocation-orders.js';

@ApiTags('revocations')
@ApiBearerAuth()
@Controller('v1/revocations')
export class RevocationOrdersController {
  constructor(
    private readonly orders: RevocationOrders,
    private readonly queue: OrderQueue,
    private readonly progress: OrderProgress,
  ) {}

  @Post()
  @HttpCode(HttpStatus.ACCEPTED)
  @Allow('admin')
  @ApiOperation({
    summary: 'Revoke many connections at once, and reissue where the grant survives.',
    description:
      'Answered once it is written down; from then on it is carried out, also if everything is killed in between. With `?dryRun=true` nothing is done.',
  })
  @ApiExtraModels(OrderView, RehearsalView)
  @ApiAcceptedResponse({ type: OrderView })
  @ApiOkResponse({ description: 'With `?dryRun=true`.', schema: { $ref: getSchemaPath(RehearsalView) } })
  @ApiProblems({ 400: '`input_invalid`: nothing is meant, or everything by accident' })
  async place(
    @Body() input: OrderInput,
    @Query() { dryRun }: RevokeQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderView | RehearsalView> {
    const request = OrderInput.requestOf(input);
    if (dryRun !== 'true') return this.view(await this.orders.place(request));
    void reply.status(HttpStatus.OK);
    return RehearsalView.of(await this.orders.rehearse(request));
  }

  @Get()
  @Allow('admin', 'operator', 'auditor')
  @ApiOperation({ summary: 'The newest revocations of many connections, with their progress.' })
  @ApiOkResponse({ type: OrderPage })
  async list(@Query() { limit }: PageLimit): Promise<OrderPage> {
    const orders = await this.queue.newest(limit);
    return { items: await Promise.all(orders.map((order) => this.view(order))) };
  }

  @Get(':id')
  @Allow('admin', 'operator', 'auditor')
  @ApiOperation({ summary: 'How far it is.' })
  @ApiOkResponse({ type: OrderView })
  @ApiProblems({ 404: '`revocation_not_found`' })
  async get(@Param('id') id: string): Promise<OrderView> {
    return this.view(await this.find(id));
  }

  @Get(':id/items')
  @Allow('admin', 'operator', 'auditor')
  @ApiOperation({
    summary: 'What was done to each connection, with the receipts. Next page: `after` the last `connectionId`.',
  })
  @ApiOkResponse({ type: OrderItemPage })
  @ApiProblems({ 404: '`revocation_not_found`' })
  async items(@Param('id') id: string, @Query() page: PageInput): Promise<OrderItemPage> {
    const order = await this.find(id);
    return { items: (await this.progress.items(order.id, page)).map((item) => OrderItemView.of(item)) };
  }

  private find(id: string): Promise<RevocationOrder> {
    if (!isUUID(id)) throw new OrderNotFound(id.slice(0, 64));
    return this.orders.get(id);
  }

  private async view(order: RevocationOrder): Promise<OrderView> {
    return OrderView.of(order, await this.progress.of(order.id));
  }
}
