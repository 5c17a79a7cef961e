import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, type Principal } from '@lockkeeper/access-control';
import { Allow, ApiProblems } from '@lockkeeper/doors';
import { ADMIN, AUDITOR, CONSUMER } from '../access/roles.js';
import { NoticeList } from './notice-list.js';
import { NoticeListQuery, NoticePage, NoticeRecordView } from './notices.dto.js';

@ApiTags('notices')
@ApiBearerAuth()
@Controller('v1/notices')
export class NoticesController {
  constructor(private readonly notices: NoticeList) {}

  @Get()
  @Allow(CONSUMER, ADMIN, AUDITOR)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Who was asked to reauthorize, why, by which ways, and whether it was acted on.',
    description: `A consumer sees those of connections that it is entitled to; admins and auditors see all. Where a notice went, and the link in it,
nobody learns here. Next page: \`after\` the last \`id\`.`,
  })
  @ApiOkResponse({ type: NoticePage })
  @ApiProblems({ 400: '`input_invalid`', 401: '`key_required`', 403: '`role_refused`' })
  async list(@Query() query: NoticeListQuery, @Caller() caller: Principal): Promise<NoticePage> {
    return { items: (await this.notices.page(caller, query)).map((notice) => NoticeRecordView.of(notice)) };
  }
}
