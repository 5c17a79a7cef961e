import { parseCookie, stringifySetCookie } from 'cookie';
import type { IncomingHttpHeaders } from 'node:http';

export interface SessionSettings {
  /** Where browsers reach this workspace: an origin. Over https the cookie is bound to exactly this host. */
  publicUrl: string;
  /** A session that nobody used for this long has ended. */
  idleSeconds: number;
  /** It ends after this long, used or not. */
  lifeSeconds: number;
}

export const SESSION_SETTINGS = Symbol('session-settings');

/** Set by the console on each request: no form and no link of another site can, and a script of another site must ask first (CORS), in vain. */
export const CONSOLE_HEADER = 'x-lockkeeper-console';
/** What it says while the page only looks for news by itself: that keeps no session alive. */
export const AWAY = 'away';

/** The cookie that a signed-in browser shows, and what a request must have besides it. */
export class SessionCookie {
  /** The workspaces' names differ: on one host, browsers send both cookies to both ports. */
  readonly name: string;
  readonly secure: boolean;

  constructor(prefix: string, settings: SessionSettings) {
    this.secure = settings.publicUrl.startsWith('https:');
    // RFC 6265bis section 4.1.3.2: with this prefix, browsers take it from this host alone, and over TLS.
    this.name = `${this.secure ? '__Host-' : ''}${prefix}session`;
  }

  valueIn({ cookie }: IncomingHttpHeaders): string | undefined {
    return cookie === undefined ? undefined : parseCookie(cookie)[this.name];
  }

  set(value: string, lifeSeconds: number): string {
    return stringifySetCookie({ name: this.name, value, ...this.attributes, maxAge: lifeSeconds });
  }

  clear(): string {
    return stringifySetCookie({ name: this.name, value: '', ...this.attributes, maxAge: 0 });
  }

  private get attributes() {
    return { path: '/', httpOnly: true, sameSite: 'strict', secure: this.secure } as const;
  }
}

/**
 * Whether a request comes from a page of this very origin. SameSite already keeps the cookie from other sites; this holds where a
 * neighbour on the same site (another port, another subdomain) is the attacker.
 */
export function isFromOwnPage(headers: IncomingHttpHeaders): boolean {
  if (headers[CONSOLE_HEADER] === undefined) return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin, host } = headers;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}
