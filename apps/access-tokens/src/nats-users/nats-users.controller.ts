import { Body, Controller, Delete, Header, HttpCode, HttpStatus, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, type Principal } from '@lockkeeper/access-control';
import { Allow, ApiProblems } from '@lockkeeper/doors';
import { ADMIN, CONSUMER } from '../access/roles.js';
import { ConsumerOrMePath, NatsCredentialsInput, NatsCredentialsView } from './nats-users.dto.js';
import { NatsUsers } from './nats-users.js';

const ISSUE_DESCRIPTION = `With any NATS client: connect to \`url\` with the nkey and \`jwt\` (or with \`creds\` as a file) and with \`inboxPrefix\`,
then pull from each durable of \`stream\`, binding to it by name without asking about it (nats.js: \`consume({ bind: true })\`). Messages are
CloudEvents 1.0 in JSON; acknowledge each. They come at least once, a repeated one with the same \`id\`, and in order for each connection.

The user lives briefly. Ask again in time, with the same \`publicKey\`, and give the new JWT to the client's authenticator: the
connection is made anew with it, and nothing is lost. What the consumer is entitled to decides anew each time; what it lost is over at once.`;

/** Events over NATS, for the consumer itself or by an admin. */
@ApiTags('events')
@ApiBearerAuth()
@Controller('v1/consumers/:id/nats-credentials')
@Allow(ADMIN, CONSUMER)
@ApiProblems({
  400: '`input_invalid`, `nats_key_refused`',
  401: '`key_required`',
  403: '`role_refused`, `not_itself`',
  404: '`consumer_not_found`',
})
export class NatsUsersController {
  constructor(private readonly users: NatsUsers) {}

  @Post()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'A NATS user that hears of events, or its renewal.',
    description: ISSUE_DESCRIPTION,
  })
  @ApiCreatedResponse({ type: NatsCredentialsView })
  @ApiProblems({
    409: '`nothing_to_hear_over_nats` (only entitled to single users), `too_many_api_services`, `nats_users_off`',
    503: '`nats_unavailable`',
  })
  async issue(
    @Param() path: ConsumerOrMePath,
    @Body() { publicKey }: NatsCredentialsInput,
    @Caller() caller: Principal,
  ): Promise<NatsCredentialsView> {
    const notAfter = caller.bearer?.expiresAt ?? null;
    return NatsCredentialsView.of(await this.users.issue(path.consumerIdFor(caller), publicKey ?? null, notAfter));
  }

  @Delete()
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({
    summary: 'No more events over NATS.',
    description: 'At once, or as soon as NATS can be reached. What was waiting for the consumer is gone.',
  })
  @ApiNoContentResponse()
  withdraw(@Param() path: ConsumerOrMePath, @Caller() caller: Principal): Promise<void> {
    return this.users.withdraw(path.consumerIdFor(caller));
  }
}
