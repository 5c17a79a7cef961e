import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { IncomingMessage } from 'node:http';
import { Strategy } from 'passport';
import { Bearers } from './bearers.js';
import type { Principal } from './principal.js';

export const BEARER_KEY = 'bearer-key';

type Verify = (presented: string, done: (error: unknown, principal?: Principal | false) => void) => void;
const BEARER = /^Bearer +([\x21-\x7e]+)$/i;

/** What an Authorization header presents; undefined if it isn't of this kind. */
export const bearerOf = (header: string | undefined): string | undefined => BEARER.exec(header ?? '')?.[1];

/** RFC 6750 section 2.1 only: a key in a body or a query (sections 2.2, 2.3) would end up in logs, so it is not read there. */
class BearerHeader extends Strategy {
  constructor(private readonly verify: Verify) {
    super();
  }

  override authenticate(request: IncomingMessage): void {
    const presented = bearerOf(request.headers.authorization);
    if (!presented) return this.fail(401);
    this.verify(presented, (error, principal) => {
      if (error) this.error(error);
      else if (principal) this.success(principal);
      else this.fail(401);
    });
  }
}

@Injectable()
export class BearerKeyStrategy extends PassportStrategy(BearerHeader, BEARER_KEY) {
  constructor(private readonly bearers: Bearers) {
    super();
  }

  async validate(presented: string): Promise<Principal | false> {
    return (await this.bearers.recognise(presented)) ?? false;
  }
}
