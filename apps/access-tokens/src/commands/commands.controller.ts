import { Body, Controller, HttpCode, HttpStatus, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, type Principal } from '@lockkeeper/access-control';
import { Allow, ApiProblems } from '@lockkeeper/doors';
import { CONSUMER } from '../access/roles.js';
import { ConnectionPath } from '../consumers/connection-path.dto.js';
import { NoticeInput, NoticeView, RefreshInput, RefreshView, ReportInput, ReportView } from './commands.dto.js';
import { ConsumerCommands } from './consumer-commands.js';
import { TokenReports } from './token-reports.js';

const PROBLEMS = {
  400: '`input_invalid`',
  401: '`key_required`',
  403: '`not_entitled` (whether the connection exists is not told), `role_refused`',
  404: '`connection_unknown`',
  503: '`nats_unavailable`, `command_unanswered`: credentials can’t be reached, nothing was done; ask again after `Retry-After`',
  504: '`command_deadline`: no answer in time; it may have been done all the same',
};

/** What consumers may ask of credentials, for the connections that they are entitled to. */
@ApiTags('commands')
@ApiBearerAuth()
@Controller('v1/tokens/:apiService/:user')
@ApiProblems(PROBLEMS)
export class CommandsController {
  constructor(
    private readonly commands: ConsumerCommands,
    private readonly reports: TokenReports,
  ) {}

  @Post('refresh')
  @Allow(CONSUMER)
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    summary: 'Replace a token, for instance because its API refused it.',
    description:
      'Many that ask for the same at once cause one refresh, and all get its outcome. After `rotated` the new version can be read at once.',
  })
  @ApiOkResponse({ type: RefreshView })
  refresh(
    @Param() path: ConnectionPath,
    @Body() input: RefreshInput,
    @Caller() caller: Principal,
  ): Promise<RefreshView> {
    return this.commands.refresh(caller, path, input);
  }

  @Post('reports')
  @Allow(CONSUMER)
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    summary: 'Tell that a token was rejected, or that it may be known to somebody.',
    description:
      '`rejected`: it is refreshed, as by POST …/refresh. `exposed`: it is revoked at the provider and another one issued, at once; where its grant would not survive that, the connection is revoked, and its user has to consent anew. Both are in the audit logs of both workspaces.',
  })
  @ApiOkResponse({ type: ReportView })
  report(@Param() path: ConnectionPath, @Body() report: ReportInput, @Caller() caller: Principal): Promise<ReportView> {
    return this.reports.take(caller, path, report);
  }

  @Post('notices')
  @Allow(CONSUMER)
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    summary: 'Have the user asked to reauthorize.',
    description: 'At most one notice is open for each connection.',
  })
  @ApiAcceptedResponse({ type: NoticeView })
  notify(
    @Param() path: ConnectionPath,
    @Body() { reason }: NoticeInput,
    @Caller() caller: Principal,
  ): Promise<NoticeView> {
    return this.commands.notify(caller, path, reason);
  }
}
