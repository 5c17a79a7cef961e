import { Body, Controller, Delete, Get, Header, HttpCode, HttpStatus, Inject, Post, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Allow, ANY_ROLE, ApiProblems, InvalidInput, Public } from '@lockkeeper/doors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequestForged } from './access.errors.js';
import { Caller } from './caller.js';
import type { Principal } from './principal.js';
import { SESSION_SETTINGS, SessionCookie, type SessionSettings, isFromOwnPage } from './session-cookie.js';
import { SessionView, SignInInput, SignInLinkView } from './sessions.dto.js';
import { Sessions, type StartedSession } from './sessions.js';

/** People's way in, by a browser: a cookie instead of a key in each request. */
@ApiTags('sessions')
@Controller('v1')
export class SessionsController {
  constructor(
    private readonly sessions: Sessions,
    private readonly cookie: SessionCookie,
    @Inject(SESSION_SETTINGS) private readonly settings: SessionSettings,
  ) {}

  @Post('session')
  @Public()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Sign this browser in, with a key or with the ticket of a sign-in link.',
    description:
      'Needs the header `X-Lockkeeper-Console`, and a page of this origin. The answer sets a cookie that no script can read.',
  })
  @ApiCreatedResponse({ type: SessionView })
  @ApiProblems({
    400: '`input_invalid`',
    401: '`sign_in_refused`',
    403: '`request_forged`',
    410: '`sign_in_link_dead`',
  })
  async signIn(
    @Body() input: SignInInput,
    @Req() { headers }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionView> {
    const start = this.startWith(input);
    if (!isFromOwnPage(headers)) throw new RequestForged();
    const { secret, principal } = await start();
    void reply.header('set-cookie', this.cookie.set(secret, this.settings.lifeSeconds));
    return SessionView.of(principal, this.settings);
  }

  @Get('session')
  @ApiBearerAuth()
  @Allow(ANY_ROLE)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Who is signed in, or whose key this is.' })
  @ApiOkResponse({ type: SessionView })
  @ApiProblems({ 401: '`key_required`' })
  whoIsThis(@Caller() caller: Principal): SessionView {
    return SessionView.of(caller, this.settings);
  }

  @Delete('session')
  @ApiBearerAuth()
  @Allow(ANY_ROLE)
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ summary: 'Sign this browser out.' })
  @ApiProblems({ 401: '`key_required`', 403: '`request_forged`' })
  @ApiNoContentResponse()
  async signOut(@Caller() caller: Principal, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.sessions.end(caller);
    void reply.header('set-cookie', this.cookie.clear());
  }

  @Delete('sessions')
  @ApiBearerAuth()
  @Allow(ANY_ROLE)
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ summary: 'Sign out everywhere: every browser that signed in as this person, or with this key.' })
  @ApiProblems({ 401: '`key_required`', 403: '`request_forged`' })
  @ApiNoContentResponse()
  async signOutEverywhere(@Caller() caller: Principal, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.sessions.endAll(caller);
    void reply.header('set-cookie', this.cookie.clear());
  }

  @Post('session/links')
  @ApiBearerAuth()
  @Allow(ANY_ROLE)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'A link that signs one browser in with this key, once, within ten minutes.' })
  @ApiCreatedResponse({ type: SignInLinkView })
  @ApiProblems({ 401: '`key_required`, `sign_in_refused` (somebody without a key asked)' })
  async link(@Caller() caller: Principal): Promise<SignInLinkView> {
    const { ticket, expiresAt } = await this.sessions.link(caller);
    // After the `#`: browsers keep it to themselves, so that no log and no proxy ever sees it.
    return { url: `${this.settings.publicUrl}/sign-in#ticket=${ticket}`, expiresAt: expiresAt.toISOString() };
  }

  private startWith({ key, ticket }: SignInInput): () => Promise<StartedSession> {
    if ((key === undefined) === (ticket === undefined)) {
      throw new InvalidInput([{ pointer: '', message: 'must hold either `key` or `ticket`' }]);
    }
    return () => (key === undefined ? this.sessions.startWithTicket(ticket!) : this.sessions.startWithKey(key));
  }
}
