import { Controller, Get, Header, Inject, Logger, Req, Res } from '@nestjs/common';
import { ApiFoundResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { parseCookie, stringifySetCookie } from 'cookie';
import { SessionCookie, Sessions } from '@lockkeeper/access-control';
import { LockkeeperError, Public } from '@lockkeeper/doors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type OpenIdSettings, roleOf } from './openid.settings.js';
import { type IdTokenClaims, type OpenIdFlow, OpenIdProvider } from './openid-provider.js';
import { OpenIdFlowLost, OpenIdNotConfigured, RoleMissing } from './sign-in.errors.js';

/** Null where none is configured. */
export const OPENID = Symbol('openid');
export interface OpenId {
  settings: OpenIdSettings;
  provider: OpenIdProvider;
  sessionSeconds: number;
}

const FLOW_SECONDS = 600;
const FLOW_PATH = '/v1/session/openid';

export class SignInWaysView {
  @ApiProperty({ description: 'Whether this browser is signed in already.' }) signedIn: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What the OpenID provider is called, if one is configured.',
  })
  openid: string | null;
}

/** The browser's way to the organisation's OpenID provider and back. */
@ApiTags('sessions')
@Public()
@Controller('v1')
export class OpenIdController {
  private readonly logger = new Logger('sign-in');

  constructor(
    @Inject(OPENID) private readonly openid: OpenId | null,
    private readonly sessions: Sessions,
    private readonly cookie: SessionCookie,
  ) {}

  @Get('sign-in')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'By what one can sign in here, besides a key, and whether that is still needed.' })
  @ApiOkResponse({ type: SignInWaysView })
  async ways(@Req() { headers }: FastifyRequest): Promise<SignInWaysView> {
    const secret = this.cookie.valueIn(headers);
    const signedIn = secret !== undefined && (await this.sessions.recognise(secret, false)) !== null;
    return { signedIn, openid: this.openid?.settings.name ?? null };
  }

  @Get('session/openid')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'On to the OpenID provider.' })
  @ApiFoundResponse({ description: 'Its authorization endpoint.' })
  async begin(@Res() reply: FastifyReply): Promise<void> {
    await this.orExplain(reply, async () => {
      const { flow, location } = await this.configured().provider.begin();
      void reply.header('set-cookie', this.flowCookie(flow));
      return location;
    });
  }

  @Get('session/openid/callback')
  @Header('cache-control', 'no-store')
  @Header('referrer-policy', 'no-referrer')
  @ApiOperation({ summary: 'Back from the OpenID provider: signs in, and goes on to the console.' })
  @ApiFoundResponse({ description: 'The console; with what went wrong, if something did.' })
  async finish(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.orExplain(reply, async () => {
      const openid = this.configured();
      const flow = this.flowIn(request);
      void reply.header('set-cookie', this.flowCookie(null));
      const claims = await openid.provider.finish(new URL(request.url, 'http://localhost').searchParams, flow);
      const role = roleOf(claims, openid.settings);
      if (role === null) throw new RoleMissing(openid.settings.roleClaim);
      const person = { id: `${claims.iss}#${claims.sub}`, name: nameOf(claims), role };
      const { secret } = await this.sessions.startForPerson(person);
      void reply.header('set-cookie', this.cookie.set(secret, openid.sessionSeconds));
      return '/';
    });
  }

  private configured(): OpenId {
    if (!this.openid) throw new OpenIdNotConfigured();
    return this.openid;
  }

  /** A browser is told on the page where it can begin again. After the `#`, so that nothing of it is logged or sent anywhere. */
  private async orExplain(reply: FastifyReply, go: () => Promise<string>): Promise<void> {
    const location = await go().catch((error: unknown) => {
      if (!(error instanceof LockkeeperError)) throw error;
      if (error.kind === 'upstream_failed') this.logger.error({ event: 'openid_unavailable', err: error });
      const { title, detail, hint, code } = error;
      return `/sign-in#${new URLSearchParams({ code, title, detail, hint: hint ?? '' })}`;
    });
    await reply.redirect(location, 303);
  }

  /** Lax: the browser comes back from the provider's site. Host-bound over https, so that no neighbour can plant one. */
  private flowCookie(flow: OpenIdFlow | null): string {
    const value = flow === null ? '' : Buffer.from(JSON.stringify(flow)).toString('base64url');
    return stringifySetCookie({
      name: this.flowCookieName,
      value,
      path: this.cookie.secure ? '/' : FLOW_PATH,
      httpOnly: true,
      sameSite: 'lax',
      secure: this.cookie.secure,
      maxAge: flow === null ? 0 : FLOW_SECONDS,
    });
  }

  private get flowCookieName(): string {
    return `${this.cookie.name}-openid`;
  }

  private flowIn({ headers }: FastifyRequest): OpenIdFlow {
    const value = headers.cookie && parseCookie(headers.cookie)[this.flowCookieName];
    if (!value) throw new OpenIdFlowLost();
    try {
      const { state, nonce, codeVerifier } = JSON.parse(Buffer.from(value, 'base64url').toString()) as OpenIdFlow;
      return { state: String(state), nonce: String(nonce), codeVerifier: String(codeVerifier) };
    } catch (cause) {
      this.logger.debug({ event: 'openid_flow_unreadable', err: cause });
      throw new OpenIdFlowLost();
    }
  }
}

const nameOf = ({ name, preferred_username, email, sub }: IdTokenClaims): string =>
  [name, preferred_username, email].find((each): each is string => typeof each === 'string' && each !== '') ?? sub;
