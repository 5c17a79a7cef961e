import { Body, Controller, Get, HttpCode, HttpStatus, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, actorOf, Caller, type Principal } from '@lockkeeper/access-control';
import { ConnectionId } from '../connections/connection-id.js';
import { NoticeInput, NoticeListQuery, NoticePage, NoticeRecordView, NoticeView } from './notice.dto.js';
import { NoticeRecords } from './notice-records.js';
import { Notices } from './notices.js';

@ApiTags('notices')
@ApiBearerAuth()
@Controller('v1')
export class NoticesController {
  constructor(
    private readonly notices: Notices,
    private readonly records: NoticeRecords,
  ) {}

  @Post('connections/:id/notices')
  @HttpCode(HttpStatus.OK)
  @Allow('admin', 'operator')
  @ApiOperation({
    summary: 'Ask its user to reauthorize, by the ways of its API service; once in 24 hours for each cause.',
    description:
      'E-mail goes to the connection’s `notify` address, or to the user’s id if that is an address. The message holds a link that mends this connection.',
  })
  @ApiOkResponse({ type: NoticeView })
  send(
    @ConnectionId() id: string,
    @Body() { reason, force }: NoticeInput,
    @Caller() caller: Principal,
  ): Promise<NoticeView> {
    return this.notices.send(id, { reason, force, requestedBy: actorOf(caller) });
  }

  @Get('notices')
  @Allow('admin', 'operator', 'auditor')
  @ApiOperation({ summary: 'Notices, newest first: who was asked, why, by which ways, and whether it was acted on.' })
  @ApiOkResponse({ type: NoticePage })
  async list(@Query() query: NoticeListQuery): Promise<NoticePage> {
    return { items: (await this.records.list(query)).map((record) => NoticeRecordView.of(record)) };
  }
}
