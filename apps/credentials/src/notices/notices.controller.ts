import { Body, Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, actorOf, Caller, type Principal } from '@lockkeeper/access-control';
import { ConnectionId } from '../connections/connection-id.js';
import { NoticeInput, NoticeView } from './notice.dto.js';
import { Notices } from './notices.js';

@ApiTags('connections')
@ApiBearerAuth()
@Controller('v1/connections')
export class NoticesController {
  constructor(private readonly notices: Notices) {}

  @Post(':id/notices')
  @HttpCode(HttpStatus.OK)
  @Allow('admin', 'operator')
  @ApiOperation({
    summary: 'Ask its user to reauthorize: an event to consumers and a line in the log. One is open at a time.',
  })
  @ApiOkResponse({ type: NoticeView })
  send(@ConnectionId() id: string, @Body() { reason }: NoticeInput, @Caller() caller: Principal): Promise<NoticeView> {
    return this.notices.send(id, { reason, requestedBy: actorOf(caller) });
  }
}
