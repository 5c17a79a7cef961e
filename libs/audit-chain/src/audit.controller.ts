import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, ApiProblems } from '@lockkeeper/doors';
import { AuditEntryView, AuditListQuery, AuditPage } from './audit.dto.js';
import { AuditLog } from './audit-log.js';

@ApiTags('audit')
@ApiBearerAuth()
@Controller('v1/audit')
export class AuditController {
  constructor(private readonly log: AuditLog) {}

  @Get()
  @Allow('admin', 'auditor')
  @ApiOperation({ summary: 'Who did what, newest first.' })
  @ApiOkResponse({ type: AuditPage })
  @ApiProblems({ 400: '`input_invalid`', 401: '`key_required`', 403: '`role_refused`' })
  async list(@Query() query: AuditListQuery): Promise<AuditPage> {
    return { items: (await this.log.list(query)).map((entry) => AuditEntryView.of(entry)) };
  }
}
