import { Controller, Get, Head, Header, Inject, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '@lockkeeper/doors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { connectPage } from '../pages/connect.page.js';
import { fieldsPage } from '../pages/fields.page.js';
import { PageFilter } from '../pages/page.filter.js';
import { Pages } from '../pages/pages.js';
import type { LinkVisit } from './authorization-links.js';
import { SentFromElsewhere } from './authorization.errors.js';
import { Departure } from './departure.js';
import { FillingIn, type Typed } from './filling-in.js';
import { Invitations, type InvitationView } from './invitations.js';
import { afterwards, asEndUser, leaveFor } from './leaving.js';
import type { BindingCookie } from './ticket.js';
import { isFromElsewhere, isOnlooker, isPrefetch } from './visitor.js';

/** Where end users' browsers come by. No keys here: a ticket opens the way in. */
@ApiTags('browser')
@Public()
@UseFilters(PageFilter)
@Controller()
export class BrowserController {
  constructor(
    private readonly invitations: Invitations,
    private readonly departure: Departure,
    private readonly fillingIn: FillingIn,
    private readonly pages: Pages,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get('connect/:ticket')
  @ApiOperation({ summary: 'Opens an authorization link: who asks for what, and a button that leads on.' })
  async connect(
    @Param('ticket') ticket: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    asEndUser();
    // Refused, so that the browser asks again when its user really goes there.
    if (isPrefetch(request.headers)) return void (await reply.status(503).header('cache-control', 'no-store').send());
    const { cookies, headers } = request;
    const { view, cookie } = await (isOnlooker(headers)
      ? this.invitations.peek(ticket)
      : this.invitations.open({ ticket, cookies }));
    if (cookie) this.setCookie(reply, cookie);
    await this.show({ request, reply }, view);
  }

  @Head('connect/:ticket')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Says nothing of the link, and leaves it as it is: for programs that check addresses.' })
  check(): void {}

  @Post('connect/:ticket')
  @ApiOperation({ summary: 'Uses the link: on to the provider.' })
  async proceed(
    @Param('ticket') ticket: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    asEndUser();
    const { headers, cookies } = request;
    if (isFromElsewhere(headers, this.settings.CREDENTIALS_PUBLIC_URL)) throw new SentFromElsewhere();
    const visit = { ticket, cookies };
    if (await this.invitations.isToFillIn(visit)) return this.fillIn({ request, reply }, visit);
    const { location, cookie } = await this.departure.begin(visit);
    this.setCookie(reply, cookie);
    await leaveFor(reply, location);
  }

  private async fillIn(at: Encounter, visit: LinkVisit): Promise<void> {
    const filledIn = await this.fillingIn.submit(visit, typedIn(at.request.body));
    if (filledIn.end) return leaveFor(at.reply, afterwards(filledIn.end));
    if (filledIn.cookie) this.setCookie(at.reply, filledIn.cookie);
    // RFC 9110 section 15.5.21: understood, and not to be carried out as it is.
    await this.show(at, { consent: null, fields: filledIn.again }, 422);
  }

  private show(at: Encounter, { consent, fields }: InvitationView, status = 200): Promise<void> {
    if (consent)
      return this.pages.show(at, (words, brand) => connectPage(consent, words, brand), { status, forms: 'provider' });
    return this.pages.show(at, (words, brand) => fieldsPage(fields, words, brand), { status, forms: 'provider' });
  }

  private setCookie(reply: FastifyReply, { name, value, maxAgeSeconds }: BindingCookie): void {
    void reply.setCookie(name, value, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: this.settings.CREDENTIALS_PUBLIC_URL.startsWith('https:'),
      maxAge: maxAgeSeconds,
    });
  }
}

interface Encounter {
  request: FastifyRequest;
  reply: FastifyReply;
}

/** A form's members, each once; of one that was sent twice the last counts. */
function typedIn(body: unknown): Typed {
  const members = Object.entries((body ?? {}) as Record<string, unknown>);
  return Object.fromEntries(members.map(([name, value]) => [name, String([value].flat().at(-1) ?? '')]));
}
