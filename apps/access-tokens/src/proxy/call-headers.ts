import type { IncomingHttpHeaders } from 'node:http';
import type { TokenUse } from '@lockkeeper/contracts';
import type { Secret } from '@lockkeeper/sealing';

/** RFC 9110 section 7.6.1: of one connection only; and what frames a message, which is written anew. */
const HOP_BY_HOP =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|http2-settings|content-length|host)$/;
/** The caller's own standing with us, and the way that it came. */
const OF_THE_CALLER = /^(authorization|dpop|cookie2?|forwarded|x-forwarded-.*|x-real-ip|lockkeeper-.*)$/;
/** What would speak to browsers in this workspace's own name, and what is said to whoever proves the key. */
const OF_THE_ORIGIN =
  /^(set-cookie2?|dpop-nonce|strict-transport-security|alt-svc|clear-site-data|x-request-id|lockkeeper-.*)$/;

/** What of a caller's headers goes on to the API: neither credentials, nor cookies, nor what is between two hops. */
export function passedOn(
  headers: IncomingHttpHeaders,
  use: Pick<TokenUse, 'header' | 'headers'>,
): Record<string, string> {
  const nominated = nominatedBy(headers.connection);
  const ours = new Set([use.header, ...Object.keys(use.headers)].map((name) => name.toLowerCase()));
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !HOP_BY_HOP.test(name) && !OF_THE_CALLER.test(name) && !nominated.has(name))
      .filter(([name, value]) => value !== undefined && !ours.has(name))
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]),
  );
}

/** What of an API's headers goes back to the caller. */
export function passedBack(headers: Readonly<Record<string, string | string[]>>): Record<string, string | string[]> {
  const nominated = nominatedBy([headers['connection'] ?? []].flat().join(','));
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) =>
        name === 'content-length' || (!HOP_BY_HOP.test(name) && !OF_THE_ORIGIN.test(name) && !nominated.has(name)),
    ),
  );
}

/** What the manifest has us send: the credential, in its place and form, and whatever else every call needs. */
export function credential(use: TokenUse, token: Secret): Record<string, string> {
  if (use.query !== null) return { ...use.headers };
  return { ...use.headers, [use.header]: use.scheme === '' ? token.reveal() : `${use.scheme} ${token.reveal()}` };
}

/** A token that is bound to a key is never passed off as a bearer token (RFC 9449 section 7.1). */
export const boundCredential = ({ headers }: TokenUse, token: Secret): Record<string, string> => ({
  ...headers,
  authorization: `DPoP ${token.reveal()}`,
});

/** The target with the token in its query, where the manifest says that the provider knows no other way; else as it is. */
export function addressed(target: URL, { query }: TokenUse, token: Secret): URL {
  if (query === null) return target;
  const url = new URL(target);
  url.searchParams.set(query, token.reveal());
  return url;
}

const nominatedBy = (connection: string | undefined): Set<string> =>
  new Set((connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
