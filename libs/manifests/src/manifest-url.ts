import ipaddr from 'ipaddr.js';

const PLACEHOLDER = /\{\{.*?\}\}/gs;
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;
const LEADING = /^\{\{.*?\}\}/s;

export interface UrlFault {
  problem: string;
  mend: string;
}

/** What is wrong with a URL of a manifest, each with its mend; empty where nothing is. */
export function urlFaults(text: string): UrlFault[] {
  const url = sketchedUrl(text);
  if (!url || !(ORIGIN.test(text) || LEADING.test(text)))
    return [{ problem: 'is not an absolute URL', mend: 'Write it out, beginning with https://.' }];
  return [...originFaults(url), ...contentFaults(text, url)];
}

/** The URL as it is, but for an `x` where a placeholder is; a placeholder at its beginning stands for scheme and host. Null if it is none. */
export const sketchedUrl = (text: string): URL | null =>
  URL.parse(text.replace(LEADING, 'https://x').replaceAll(PLACEHOLDER, 'x'));

/** The placeholder, if any, that a URL begins with: its value brings the scheme and the host. */
export const leadingPlaceholder = (text: string): string => LEADING.exec(text)?.[0] ?? '';

/** Whether it depends on a value which host the request goes to. */
export const hasVariableHost = (text: string): boolean =>
  LEADING.test(text) || ORIGIN.exec(text)?.[0].includes('{{') === true;

function originFaults(url: URL): UrlFault[] {
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isPrivateHost(url.hostname))) return [];
  return [{ problem: `begins with ${url.protocol}//`, mend: 'Use https; plain http is for private hosts only.' }];
}

function contentFaults(text: string, url: URL): UrlFault[] {
  const faults: UrlFault[] = [];
  if (url.username || url.password) {
    faults.push({ problem: 'has a user name or password in it', mend: 'Take it out; see clientAuthentication.' });
  }
  if (text.includes('#')) {
    faults.push({ problem: 'has a fragment', mend: 'Take out the # and what follows: RFC 6749 section 3.1.' });
  }
  return faults;
}

/** A host that can only be this machine or a private network: a name without a dot, `localhost`, or a non-public address. */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (ipaddr.isValid(host)) return ipaddr.process(host).range() !== 'unicast';
  return !host.includes('.') || host.endsWith('.localhost') || host.endsWith('.internal');
}
