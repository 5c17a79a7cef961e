import { withDuplex, withRedirectsHandedBack } from './carried-call.js';
import type { Door } from './door.js';

/** Where a call goes, which token travels with it, and where that may. */
export interface Proxied {
  url: string | URL;
  apiService: string;
  user: string;
  /** Undefined: the connection's own. */
  name: string | undefined;
  apiBaseUrls: readonly string[];
}

/**
 * The call, made by Lockkeeper: the token never comes here. A URL outside of the base URLs is refused there. Redirects are handed back: the
 * key that opens Lockkeeper follows them nowhere.
 */
export function proxied(door: Door, called: Proxied, init: RequestInit): Promise<Response> {
  const target = new URL(called.url);
  const base = baseOf(target, called.apiBaseUrls);
  const headers = new Headers(init.headers);
  headers.set('lockkeeper-base-url', base ?? target.origin);
  if (called.name !== undefined) headers.set('lockkeeper-token', called.name);
  const below = base === null ? target.pathname : target.pathname.slice(rootOf(new URL(base)).length);
  const path = `/v1/proxy/${encodeURIComponent(called.apiService)}/${encodeURIComponent(called.user)}`;
  const sent = withDuplex({ ...init, headers, ...withRedirectsHandedBack(init) });
  return door.pass(`${path}/${below.replace(/^\//, '')}${target.search}`, sent);
}

/** The one that leaves least below it; null where the URL is under none. */
function baseOf(target: URL, apiBaseUrls: readonly string[]): string | null {
  if (target.username !== '' || target.password !== '') return null;
  const covering = apiBaseUrls.filter((text) => {
    const base = new URL(text);
    const root = rootOf(base);
    return base.origin === target.origin && (target.pathname === root || target.pathname.startsWith(`${root}/`));
  });
  return covering.sort((one, other) => other.length - one.length)[0] ?? null;
}

/** A base URL's path without the slash at its end. */
const rootOf = ({ pathname }: URL): string => pathname.replace(/\/+$/, '');
