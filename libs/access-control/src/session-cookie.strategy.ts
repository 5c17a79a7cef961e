import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { IncomingMessage } from 'node:http';
import { Strategy } from 'passport';
import { RequestForged } from './access.errors.js';
import type { Principal } from './principal.js';
import { AWAY, CONSOLE_HEADER, SessionCookie, isFromOwnPage } from './session-cookie.js';
import { Sessions } from './sessions.js';

export const SESSION_COOKIE = 'session-cookie';

type Verify = (request: IncomingMessage, done: (error: unknown, principal?: Principal | false) => void) => void;

/** A browser that is signed in. A request that shows a key is judged by its key alone. */
class CookieHeader extends Strategy {
  constructor(private readonly verify: Verify) {
    super();
  }

  override authenticate(request: IncomingMessage): void {
    if (request.headers.authorization !== undefined) return this.fail(401);
    this.verify(request, (error, principal) => {
      if (error) this.error(error);
      else if (principal) this.success(principal);
      else this.fail(401);
    });
  }
}

@Injectable()
export class SessionCookieStrategy extends PassportStrategy(CookieHeader, SESSION_COOKIE) {
  constructor(
    private readonly cookie: SessionCookie,
    private readonly sessions: Sessions,
  ) {
    super();
  }

  async validate({ headers }: IncomingMessage): Promise<Principal | false> {
    const secret = this.cookie.valueIn(headers);
    if (!secret) return false;
    if (!isFromOwnPage(headers)) throw new RequestForged();
    return (await this.sessions.recognise(secret, headers[CONSOLE_HEADER] !== AWAY)) ?? false;
  }
}
