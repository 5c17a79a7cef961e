import { Body, Controller, HttpCode, HttpStatus, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, type Principal } from '@lockkeeper/access-control';
import { Allow, ApiProblems } from '@lockkeeper/doors';
import type { FastifyReply } from 'fastify';
import { CONSUMER } from '../access/roles.js';
import { ATTEMPTS_HEADER, VERSION_HEADER } from './call-options.js';
import { CALL_PROBLEMS, REQUESTS_DESCRIPTION } from './proxy.docs.js';
import { RequestAnswer, RequestInput } from './requests.dto.js';
import { Requests } from './requests.js';

/** A call in one JSON, and its answer in another. */
@ApiTags('calls')
@ApiBearerAuth()
@Controller('v1/requests')
export class RequestsController {
  constructor(private readonly requests: Requests) {}

  @Post()
  @Allow(CONSUMER)
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    summary: 'Call the API on behalf of the connection, all in one JSON.',
    description: REQUESTS_DESCRIPTION,
  })
  @ApiOkResponse({ type: RequestAnswer })
  @ApiProblems({
    ...CALL_PROBLEMS,
    400: `${CALL_PROBLEMS[400]}, \`json_path_invalid\`: nothing was called; \`json_path_too_costly\`: it was called`,
    502: `${CALL_PROBLEMS[502]}, \`answer_too_large\``,
  })
  async request(
    @Body() input: RequestInput,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RequestAnswer> {
    const answer = await this.requests.make(caller, input);
    void reply
      .header('cache-control', 'no-store')
      .header(ATTEMPTS_HEADER, String(answer.attempts))
      .header(VERSION_HEADER, String(answer.tokenVersion));
    return answer;
  }
}
