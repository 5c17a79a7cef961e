import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  HttpStatus,
  Param,
  Post,
  Query,
  StreamableFile,
} from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Allow, ApiProblems } from '@lockkeeper/doors';
import { Readable } from 'node:stream';
import {
  AcknowledgeBreak,
  AuditBreaks,
  AuditBreakView,
  AuditEntryView,
  AuditExportQuery,
  AuditHeadView,
  AuditListQuery,
  AuditPage,
} from './audit.dto.js';
import { AuditExport } from './audit-export.js';
import { AuditHeads } from './audit-heads.js';
import { AuditLog } from './audit-log.js';
import { ChainWatch } from './chain-watch.js';

@ApiTags('audit')
@ApiBearerAuth()
@Controller('v1/audit')
export class AuditController {
  constructor(
    private readonly log: AuditLog,
    private readonly heads: AuditHeads,
    private readonly exports: AuditExport,
    private readonly watch: ChainWatch,
  ) {}

  @Get()
  @Allow('admin', 'auditor')
  @ApiOperation({ summary: 'Who did what, newest first.' })
  @ApiOkResponse({ type: AuditPage })
  @ApiProblems({ 400: '`input_invalid`', 401: '`key_required`', 403: '`role_refused`' })
  async list(@Query() query: AuditListQuery): Promise<AuditPage> {
    return { items: (await this.log.list(query)).map((entry) => AuditEntryView.of(entry)) };
  }

  @Get('head')
  @Allow('admin', 'auditor')
  @ApiOperation({
    summary:
      'The end of the hash chain as of now, signed. Keep it elsewhere: nobody can change what came before it unnoticed.',
  })
  @ApiOkResponse({ type: AuditHeadView })
  @ApiProblems({ 401: '`key_required`', 403: '`role_refused`' })
  head(): Promise<AuditHeadView> {
    return this.heads.now();
  }

  @Get('breaks')
  @Allow('admin', 'auditor')
  @ApiOperation({ summary: 'Where the log is not what was written or signed, as far as this replica knows.' })
  @ApiOkResponse({ type: AuditBreaks })
  @ApiProblems({ 401: '`key_required`', 403: '`role_refused`' })
  breaks(): AuditBreaks {
    return { items: this.watch.breaks().map((one) => AuditBreakView.of(one)) };
  }

  @Post('breaks/:mark/acknowledgement')
  @HttpCode(HttpStatus.OK)
  @Allow('admin')
  @ApiOperation({
    summary:
      'Say that one broken place was looked into, and what came of it: it alarms nobody any more. Nothing is mended or changed by that.',
  })
  @ApiOkResponse({ type: AuditBreakView })
  @ApiProblems({
    400: '`input_invalid`',
    401: '`key_required`',
    403: '`role_refused`',
    404: '`break_unknown`',
    503: '`audit_unavailable`',
  })
  async acknowledge(@Param('mark') mark: string, @Body() { reason }: AcknowledgeBreak): Promise<AuditBreakView> {
    return AuditBreakView.of(await this.watch.acknowledge(mark, reason));
  }

  @Get('export')
  @Allow('admin', 'auditor')
  @Header('content-type', 'application/jsonl')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'The log as JSON lines with its hash chain and signed head, for `npm run audit:verify`.' })
  @ApiProduces('application/jsonl')
  @ApiOkResponse({
    schema: { type: 'string' },
    description: 'One line that names the chain, one for each entry, one with the signed head.',
  })
  @ApiProblems({ 400: '`input_invalid`', 401: '`key_required`', 403: '`role_refused`' })
  async export(@Query() { after }: AuditExportQuery): Promise<StreamableFile> {
    return new StreamableFile(Readable.from(this.exports.lines(after), { objectMode: false }), {
      type: 'application/jsonl',
      disposition: 'attachment; filename="audit.jsonl"',
    });
  }
}
