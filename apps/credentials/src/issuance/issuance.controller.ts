import { Body, Controller, HttpCode, HttpStatus, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '@lockkeeper/access-control';
import type { FastifyReply } from 'fastify';
import { ConnectionInput, ConnectionView } from '../connections/connection.dto.js';
import { ConnectionId } from '../connections/connection-id.js';
import { RefreshView } from '../rotation/refresh.dto.js';
import { Issuance } from './issuance.js';

@ApiTags('connections')
@ApiBearerAuth()
@Controller('v1/connections')
export class IssuanceController {
  constructor(private readonly issuance: Issuance) {}

  @Post()
  @Allow('admin', 'operator')
  @ApiOperation({
    summary: 'The connection of this user at this API service: made if it is new (201), else as it is (200).',
    description:
      'Where the grant needs no user (client_credentials, jwt_bearer, token_exchange), a new connection is answered with its first token issued, or with the `fault` that stood in the way; then it is tried again by itself.',
  })
  @ApiCreatedResponse({ type: ConnectionView })
  @ApiOkResponse({ type: ConnectionView })
  async open(@Body() input: ConnectionInput, @Res({ passthrough: true }) reply: FastifyReply): Promise<ConnectionView> {
    const { created, ...belonging } = await this.issuance.open(input);
    void reply.status(created ? HttpStatus.CREATED : HttpStatus.OK);
    return ConnectionView.of(belonging);
  }

  @Post(':id/issue')
  @HttpCode(HttpStatus.OK)
  @Allow('admin', 'operator')
  @ApiOperation({
    summary: 'Ask for a token without a user: for the first time, or anew after the grant has ended or was revoked.',
  })
  @ApiOkResponse({ type: RefreshView })
  issue(@ConnectionId() id: string): Promise<RefreshView> {
    return this.issuance.issue(id);
  }
}
