import { Controller, Get, Inject, Param, Query, Req, Res, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '@lockkeeper/doors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { connectedPage } from '../pages/outcome.page.js';
import { PageFilter } from '../pages/page.filter.js';
import { Pages } from '../pages/pages.js';
import { Consent } from './consent.js';
import { afterwards, asEndUser, leaveFor } from './leaving.js';
import { LostAnswers } from './lost-answers.js';

/** Where providers send end users' browsers back to. No keys here: a state and a cookie open the way. */
@ApiTags('browser')
@Public()
@UseFilters(PageFilter)
@Controller()
export class CallbackController {
  constructor(
    private readonly consent: Consent,
    private readonly lostAnswers: LostAnswers,
    private readonly pages: Pages,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get('callback/:slug')
  @ApiOperation({ summary: 'The redirect URI: takes the provider’s answer, and redirects on without it.' })
  async callback(
    @Param('slug') slug: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    asEndUser();
    const parameters = new URL(request.url, this.settings.CREDENTIALS_PUBLIC_URL).searchParams;
    const end = await this.consent.finish({ slug, parameters, cookies: request.cookies });
    await leaveFor(reply, afterwards(end));
  }

  @Get('misdirected')
  @ApiOperation({ summary: 'Where an answer ends that came to the home page instead of the redirect URI.' })
  async misdirected(@Query('state') state?: string): Promise<never> {
    asEndUser();
    throw await this.lostAnswers.misdirected(state);
  }

  @Get('connected')
  @ApiOperation({ summary: 'Where a consent ends that has no return URL.' })
  async connected(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query('connection') connection?: string,
  ): Promise<void> {
    const service = await this.consent.connectedService(connection);
    await this.pages.show({ request, reply }, (words, brand) => connectedPage(service, words, brand));
  }
}
