import type { IncomingHttpHeaders } from 'node:http';

/** Programs that look at links before people do, to show what is behind them. */
const PREVIEWERS =
  /bot\b|crawler|spider|preview|externalhit|whatsapp|skype|embedly|quora link|pinterest|vkshare|ms-office|microsoft office|safelinks|mimecast|proofpoint/i;

/** A browser fetches ahead what its user may never open. */
export const isPrefetch = (headers: IncomingHttpHeaders): boolean =>
  ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].some((name) =>
    /prefetch|preview|prerender/i.test(String(headers[name] ?? '')),
  );

/** Nobody who could continue: a previewer, or a picture or frame of some page. A link is not theirs to open. */
export function isOnlooker(headers: IncomingHttpHeaders): boolean {
  const destination = headers['sec-fetch-dest'];
  if (destination !== undefined && destination !== 'document') return true;
  return PREVIEWERS.test(headers['user-agent'] ?? '');
}

/** A form that another site sent (Fetch Metadata). Browsers that don't say are told by `Origin`; whoever says neither is no browser. */
export function isFromElsewhere(headers: IncomingHttpHeaders, ownOrigin: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin } = headers;
  // `null`: our own pages send no referrer, and with it no origin.
  return origin !== undefined && origin !== 'null' && origin !== ownOrigin;
}
