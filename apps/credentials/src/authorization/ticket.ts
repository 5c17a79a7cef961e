import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits, base64url: unguessable, and safe in a path, a query and a cookie. */
export const drawTicket = (): string => randomBytes(32).toString('base64url');

/** What is stored of it: whoever reads the table can open nothing with it. */
export const ticketHash = (ticket: string): string => createHash('sha256').update(ticket, 'utf8').digest('hex');

/** What our own tickets, states and cookies look like; anything else isn't worth a look into the database. */
export const isTicket = (text: string | undefined): text is string =>
  text !== undefined && /^[A-Za-z0-9_-]{43}$/.test(text);

/** Binds something to the browser that began it. One cookie for each, so that two tabs don't disturb each other. */
export interface BindingCookie {
  name: string;
  value: string;
  maxAgeSeconds: number;
}

/** Lets browsers with https refuse to send the cookie anywhere but here (RFC 6265bis section 4.1.3). */
export function cookieName(what: 'flow' | 'link' | 'device', ticket: string, publicUrl: string): string {
  const name = `lockkeeper-${what}-${ticketHash(ticket).slice(0, 16)}`;
  return publicUrl.startsWith('https:') ? `__Host-${name}` : name;
}
