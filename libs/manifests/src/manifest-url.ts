import ipaddr from 'ipaddr.js';
import { namesOrNone } from './request-templates.js';

const PLACEHOLDER = /\{\{.*?\}\}/gs;
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

export interface UrlFault {
  problem: string;
  mend: string;
}

/** What is wrong with a URL of a manifest, each with its mend; empty where nothing is. */
export function urlFaults(text: string): UrlFault[] {
  if (ORIGIN.exec(text)?.[0].includes('{{')) {
    return [
      {
        problem: 'has a placeholder in its host',
        mend: 'Write the host out: tokens and secrets go to fixed hosts only.',
      },
    ];
  }
  const url = URL.parse(text.replaceAll(PLACEHOLDER, 'x'));
  if (!url || !ORIGIN.test(text))
    return [{ problem: 'is not an absolute URL', mend: 'Write it out, beginning with https://.' }];
  return [...originFaults(url), ...contentFaults(text, url)];
}

function originFaults(url: URL): UrlFault[] {
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isPrivateHost(url.hostname))) return [];
  return [{ problem: `begins with ${url.protocol}//`, mend: 'Use https; plain http is for private hosts only.' }];
}

function contentFaults(text: string, url: URL): UrlFault[] {
  const faults = secretFaults(text);
  if (url.username || url.password) {
    faults.push({ problem: 'has a user name or password in it', mend: 'Take it out; see clientAuthentication.' });
  }
  if (text.includes('#')) {
    faults.push({ problem: 'has a fragment', mend: 'Take out the # and what follows: RFC 6749 section 3.1.' });
  }
  return faults;
}

/** RFC 6749 section 2.3.1: credentials "MUST NOT be included in the request URI". */
export function secretFaults(text: string): UrlFault[] {
  if (!namesOrNone(text).includes('client_secret')) return [];
  return [
    {
      problem: 'has the client secret in it',
      mend: 'Move it to the body: credentials stay out of URLs (RFC 6749 section 2.3.1).',
    },
  ];
}

/** A host that can only be this machine or a private network: a name without a dot, `localhost`, or a non-public address. */
function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (ipaddr.isValid(host)) return ipaddr.process(host).range() !== 'unicast';
  return !host.includes('.') || host.endsWith('.localhost') || host.endsWith('.internal');
}
