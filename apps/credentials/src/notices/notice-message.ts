import type { ClaimedNotice } from './notice-claims.js';
import type { NoticeValues } from './notice-template.js';

export interface MendingLink {
  url: string;
  expiresAt: Date;
}

/** What a notice says, in the words of its template's placeholders. */
export function noticeValues(
  notice: ClaimedNotice,
  { organisation, link }: { organisation: string; link: MendingLink },
): NoticeValues {
  return {
    organisation,
    service: notice.serviceName,
    user: notice.user,
    reason: notice.reason,
    since: instant(notice.since),
    affected: affected(notice),
    link: link.url,
    linkExpires: instant(link.expiresAt),
  };
}

/** What stops working, and when: from where the connection stands, not from what was said about it. */
function affected({ serviceName, user, status, tokenExpiresAt, diesAt }: ClaimedNotice): string {
  const programs = `Programs that use ${serviceName} on behalf of ${user}`;
  if (status === 'reauthorization_required' || status === 'pending')
    return `${programs} can’t reach it any more until you do.`;
  const end = diesAt ?? (status === 'refresh_failing' ? tokenExpiresAt : null);
  return end === null
    ? `${programs} go on for now; without you they may lose what they need.`
    : `${programs} stop working on ${instant(end)} unless you do.`;
}

/** `2026-11-25 12:00 UTC` */
const instant = (date: Date): string => `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
