import { Controller, Get, Inject, Param, Req, Res, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '@lockkeeper/doors';
import { currentContext } from '@lockkeeper/observability';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { Consent, type ConsentEnd } from './consent.js';
import { PAGE_HEADERS, render } from './page.js';
import { PageFilter } from './page.filter.js';

/** Where end users' browsers come by. No keys here: a ticket opens the way in, a state and a cookie the way back. */
@ApiTags('browser')
@Public()
@UseFilters(PageFilter)
@Controller()
export class BrowserController {
  constructor(
    private readonly consent: Consent,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get('connect/:ticket')
  @ApiOperation({ summary: 'Opens an authorization link: on to the provider.' })
  async connect(@Param('ticket') ticket: string, @Res() reply: FastifyReply): Promise<void> {
    asEndUser();
    const { location, cookie } = await this.consent.begin(ticket);
    void reply.setCookie(cookie.name, cookie.value, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: this.settings.CREDENTIALS_PUBLIC_URL.startsWith('https:'),
      maxAge: cookie.maxAgeSeconds,
    });
    await leaveFor(reply, location.href, 302);
  }

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
    await leaveFor(reply, afterwards(end), 303);
  }

  @Get('connected')
  @ApiOperation({ summary: 'Where a consent ends that has no return URL.' })
  async connected(@Res() reply: FastifyReply): Promise<void> {
    const page = render({ mood: 'good', title: 'Connected', text: 'It worked. You can close this page.' });
    await reply.status(200).headers(PAGE_HEADERS).send(page);
  }
}

function asEndUser(): void {
  const context = currentContext();
  if (context) context.actor = 'end_user';
}

async function leaveFor(reply: FastifyReply, location: string, status: 302 | 303): Promise<void> {
  await reply.header('referrer-policy', 'no-referrer').header('cache-control', 'no-store').redirect(location, status);
}

/** The caller learns which connection it was; nothing that it could not know already. */
function afterwards({ returnUrl, connectionId }: ConsentEnd): string {
  if (returnUrl === null) return '/connected';
  const url = new URL(returnUrl);
  url.searchParams.set('connectionId', connectionId);
  url.searchParams.set('outcome', 'authorized');
  return url.href;
}
