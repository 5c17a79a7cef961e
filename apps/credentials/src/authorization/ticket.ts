import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits, base64url: unguessable, and safe in a path, a query and a cookie. */
export const drawTicket = (): string => randomBytes(32).toString('base64url');

/** What is stored of it: whoever reads the table can open nothing with it. */
export const ticketHash = (ticket: string): string => createHash('sha256').update(ticket, 'utf8').digest('hex');

/** What our own tickets, states and cookies look like; anything else isn't worth a look into the database. */
export const isTicket = (text: string | undefined): text is string =>
  text !== undefined && /^[A-Za-z0-9_-]{43}$/.test(text);
