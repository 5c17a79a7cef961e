import { currentContext } from '@lockkeeper/observability';
import type { FastifyReply } from 'fastify';
import type { ConsentEnd } from './consent.js';

/** Whoever comes here has no key: for the logs and the timeline it is the end user. */
export function asEndUser(): void {
  const context = currentContext();
  if (context) context.actor = 'end_user';
}

/** RFC 9110 section 15.4.4: what comes next is asked for by GET, whatever brought the browser here. */
export async function leaveFor(reply: FastifyReply, location: string): Promise<void> {
  await reply.header('referrer-policy', 'no-referrer').header('cache-control', 'no-store').redirect(location, 303);
}

/** The caller learns which connection it was; nothing that it could not know already. */
export function afterwards({ returnUrl, connectionId }: ConsentEnd): string {
  if (returnUrl === null) return `/connected?connection=${connectionId}`;
  const url = new URL(returnUrl);
  url.searchParams.set('connectionId', connectionId);
  url.searchParams.set('outcome', 'authorized');
  return url.href;
}
