import { Controller, Get, Param, Req, Res, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '@lockkeeper/doors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Connections } from '../connections/connections.js';
import { devicePage } from '../pages/device.page.js';
import { problemPage } from '../pages/outcome.page.js';
import { PageFilter } from '../pages/page.filter.js';
import { Pages } from '../pages/pages.js';
import type { ProblemName } from '../pages/words.js';
import { afterwards, asEndUser, leaveFor } from './leaving.js';
import { DeviceAuthorizations, type DeviceStatus } from './device-authorizations.js';

/** How often the page looks again, by itself and without a script. */
const LOOK_AGAIN_SECONDS = 3;

/** The page with the code, for the browser that opened the link. */
@ApiTags('browser')
@Public()
@UseFilters(PageFilter)
@Controller()
export class DevicePageController {
  constructor(
    private readonly devices: DeviceAuthorizations,
    private readonly connections: Connections,
    private readonly pages: Pages,
  ) {}

  @Get('device/:handle')
  @ApiOperation({ summary: 'The code that the user types at the provider; goes on by itself once that is done.' })
  async show(
    @Param('handle') handle: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    asEndUser();
    const state = await this.devices.visit(handle, request.cookies);
    if (state.status === 'authorized') return leaveFor(reply, afterwards(state));
    const at = { request, reply };
    const problem = PROBLEMS[state.status];
    if (problem) return this.pages.show(at, (words) => problemPage(problem, words, null), { status: 410 });
    const { connection, apiService } = await this.connections.get(state.connectionId);
    const view = { ...state, service: apiService.name, user: connection.user };
    void reply.header('refresh', String(LOOK_AGAIN_SECONDS));
    await this.pages.show(at, (words, brand) => devicePage(view, words, brand));
  }
}

const PROBLEMS: Partial<Record<DeviceStatus, ProblemName>> = {
  denied: 'access_denied',
  expired: 'flow_expired',
  failed: 'start_again',
  replaced: 'link_spent',
};
