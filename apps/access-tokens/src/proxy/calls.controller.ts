import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, ApiProblems } from '@lockkeeper/doors';
import { ADMIN, AUDITOR } from '../access/roles.js';
import { CallPage, CallQuery, CallView } from './calls.dto.js';
import { CallTraces, KEPT_CALLS } from './call-traces.js';

/** For people who debug. */
@ApiTags('calls')
@ApiBearerAuth()
@Controller('v1/calls')
export class CallsController {
  constructor(private readonly traces: CallTraces) {}

  @Get()
  @Allow(ADMIN, AUDITOR)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'The last calls on behalf of a connection, newest first.',
    description: `${KEPT_CALLS} are kept for each connection, once they have ended. Bodies are not kept; values of queries and of all headers that could hold a secret are masked.`,
  })
  @ApiOkResponse({ type: CallPage })
  @ApiProblems({ 400: '`input_invalid`', 401: '`key_required`', 403: '`role_refused`' })
  async list(@Query() { connection, limit }: CallQuery): Promise<CallPage> {
    return { items: (await this.traces.of(connection, limit)).map((trace) => CallView.of(trace)) };
  }
}
