import { endpointsIn, type ServerMetadata } from '../token-endpoint/server-metadata.js';

/** What may stand in `use.baseUrls`: the part that all calls share. */
export const baseOf = (url: string): string => url.split('?', 1)[0]!;

export interface EndpointElsewhere {
  member: string;
  url: string;
  host: string;
}

/**
 * Endpoints on other hosts than the issuer's and those below it. No list of public suffixes is asked: what two names under one domain have
 * to do with one another, a person knows best.
 */
export function endpointsElsewhere(
  metadata: ServerMetadata,
  acceptedHosts: readonly string[] = [],
): EndpointElsewhere[] {
  const own = new URL(metadata.issuer).hostname;
  return Object.entries(endpointsIn(metadata)).flatMap(([member, url]) => {
    const { hostname: host } = new URL(url);
    const known = host === own || host.endsWith(`.${own}`) || acceptedHosts.includes(host);
    return known ? [] : [{ member, url, host }];
  });
}
