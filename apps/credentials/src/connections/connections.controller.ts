import { Body, Controller, Get, Patch, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '@lockkeeper/access-control';
import { ConnectionChangeInput, ConnectionView, TimelineEntryView, TimelineView } from './connection.dto.js';
import { ConnectionList } from './connection-list.js';
import {
  ConnectionCountsQuery,
  ConnectionCountsView,
  ConnectionListQuery,
  ConnectionPage,
} from './connection-list.dto.js';
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
    private readonly listed: ConnectionList,
  ) {}

  @Get()
  @Allow('admin', 'operator', 'auditor')
  @ApiOperation({ summary: 'Connections, filtered, searched and sorted; a page at a time.' })
  @ApiOkResponse({ type: ConnectionPage })
  async list(@Query() query: ConnectionListQuery): Promise<ConnectionPage> {
    return ConnectionPage.of(await this.listed.page(query));
  }

  @Get('counts')
  @Allow('admin', 'operator', 'auditor')
  @ApiOperation({ summary: 'How many connections there are in each state.' })
  @ApiOkResponse({ type: ConnectionCountsView })
  async counts(@Query() query: ConnectionCountsQuery): Promise<ConnectionCountsView> {
    return ConnectionCountsView.of(await this.listed.counts(query));
  }

  @Get(':id')
  @Allow('admin', 'operator', 'auditor')
  @ApiOperation({ summary: 'One connection; never its tokens.' })
  @ApiOkResponse({ type: ConnectionView })
  async get(@ConnectionId() id: string): Promise<ConnectionView> {
    return ConnectionView.of(await this.connections.get(id));
  }

  @Patch(':id')
  @Allow('admin', 'operator')
  @ApiOperation({ summary: 'Where notices reach its user.' })
  @ApiOkResponse({ type: ConnectionView })
  async change(@ConnectionId() id: string, @Body() { notify }: ConnectionChangeInput): Promise<ConnectionView> {
    return ConnectionView.of(await this.connections.readdress(id, notify));
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
