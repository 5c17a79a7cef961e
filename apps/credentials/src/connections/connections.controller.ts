import { Body, Controller, Get, HttpStatus, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '@lockkeeper/access-control';
import type { FastifyReply } from 'fastify';
import {
  ConnectionInput,
  ConnectionListQuery,
  ConnectionPage,
  ConnectionView,
  TimelineEntryView,
  TimelineView,
} from './connection.dto.js';
import { ConnectionId } from './connection-id.js';
import { Connections } from './connections.js';
import { Timeline } from './timeline.js';

@ApiTags('connections')
@ApiBearerAuth()
@Controller('v1/connections')
export class ConnectionsController {
  constructor(
    private readonly connections: Connections,
    private readonly timeline: Timeline,
  ) {}

  @Post()
  @Allow('admin', 'operator')
  @ApiOperation({
    summary: 'The connection of this user at this API service: made if it is new (201), else as it is (200).',
  })
  @ApiCreatedResponse({ type: ConnectionView })
  @ApiOkResponse({ type: ConnectionView })
  async open(@Body() input: ConnectionInput, @Res({ passthrough: true }) reply: FastifyReply): Promise<ConnectionView> {
    const { created, ...belonging } = await this.connections.open(input);
    void reply.status(created ? HttpStatus.CREATED : HttpStatus.OK);
    return ConnectionView.of(belonging);
  }

  @Get()
  @Allow('admin', 'operator', 'auditor')
  @ApiOperation({ summary: 'Connections by API service, user and status; a page at a time.' })
  @ApiOkResponse({ type: ConnectionPage })
  async list(@Query() query: ConnectionListQuery): Promise<ConnectionPage> {
    return { items: (await this.connections.list(query)).map((belonging) => ConnectionView.of(belonging)) };
  }

  @Get(':id')
  @Allow('admin', 'operator', 'auditor')
  @ApiOperation({ summary: 'One connection; never its tokens.' })
  @ApiOkResponse({ type: ConnectionView })
  async get(@ConnectionId() id: string): Promise<ConnectionView> {
    return ConnectionView.of(await this.connections.get(id));
  }

  @Get(':id/timeline')
  @Allow('admin', 'operator', 'auditor')
  @ApiOperation({ summary: 'What happened to it, newest first, secrets masked.' })
  @ApiOkResponse({ type: TimelineView })
  async history(@ConnectionId() id: string): Promise<TimelineView> {
    await this.connections.get(id);
    return { items: (await this.timeline.of(id)).map((entry) => TimelineEntryView.of(entry)) };
  }
}
