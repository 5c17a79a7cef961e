import { createHash } from 'node:crypto';
import type { Manifest } from '@lockkeeper/manifests';
import { baseOf } from './endpoints.js';
import { endpointsIn, type ServerMetadata } from '../token-endpoint/server-metadata.js';

/** An address that was pinned, and what stands in its place now. */
export interface EndpointChange {
  /** By the metadata's name; `issuer` where the metadata is another one's. */
  member: string;
  pinned: string;
  /** Null where it is gone. */
  seen: string | null;
}

/** What moved or is gone. What came to it is no change: nothing that was sent before goes anywhere else. */
export function changesBetween(pinned: ServerMetadata, seen: ServerMetadata): EndpointChange[] {
  const now = endpointsIn(seen);
  return Object.entries(endpointsIn(pinned)).flatMap(([member, url]) =>
    now[member] === url ? [] : [{ member, pinned: url, seen: now[member] ?? null }],
  );
}

/** Names one set of changes, so that what an admin decides on is what was looked at. */
export const fingerprintOf = (changes: readonly EndpointChange[]): string =>
  createHash('sha256')
    .update(JSON.stringify(changes.map(({ member, pinned, seen }) => [member, pinned, seen])))
    .digest('base64url');

type Path = readonly [section: keyof Manifest, ...rest: string[]];

const PLACES: Readonly<Record<string, readonly Path[]>> = {
  authorization_endpoint: [['authorize', 'url']],
  token_endpoint: [
    ['token', 'url'],
    ['refresh', 'request', 'url'],
  ],
  revocation_endpoint: [['revoke', 'request', 'url']],
  introspection_endpoint: [['introspect', 'request', 'url']],
  userinfo_endpoint: [['test', 'request', 'url']],
  device_authorization_endpoint: [['device', 'url']],
  pushed_authorization_request_endpoint: [['pushedAuthorization', 'url']],
  'mtls_endpoint_aliases.token_endpoint': [['mtlsEndpointAliases', 'token']],
  'mtls_endpoint_aliases.revocation_endpoint': [['mtlsEndpointAliases', 'revoke']],
  'mtls_endpoint_aliases.introspection_endpoint': [['mtlsEndpointAliases', 'introspect']],
  'mtls_endpoint_aliases.device_authorization_endpoint': [['mtlsEndpointAliases', 'device']],
  'mtls_endpoint_aliases.pushed_authorization_request_endpoint': [['mtlsEndpointAliases', 'pushedAuthorization']],
};
/** What a manifest can be without, and says so by null. */
const NULLABLE: readonly string[] = ['revoke', 'introspect', 'test'];

/** The manifest with its addresses where the changes say; an address that an admin wrote over the pinned one stays. */
export function moved(manifest: Manifest, changes: readonly EndpointChange[]): unknown {
  const copy = structuredClone(manifest) as unknown as Record<string, unknown>;
  for (const change of changes) {
    for (const path of PLACES[change.member] ?? []) move(copy, path, change);
    if (change.member === 'userinfo_endpoint') moveBaseUrl(copy as unknown as Manifest, change);
  }
  return copy;
}

function move(manifest: Record<string, unknown>, path: Path, { pinned, seen }: EndpointChange): void {
  const [section] = path;
  const holder = path
    .slice(0, -1)
    .reduce<unknown>((value, step) => (value as Record<string, unknown> | null | undefined)?.[step], manifest);
  const key = path.at(-1)!;
  if (typeof holder !== 'object' || holder === null || (holder as Record<string, unknown>)[key] !== pinned) return;
  if (seen !== null) (holder as Record<string, unknown>)[key] = seen;
  else if (NULLABLE.includes(section)) manifest[section] = null;
  else if (section === 'pushedAuthorization') delete manifest[section];
  else delete (holder as Record<string, unknown>)[key];
}

/** Tokens travel where it is called, too. */
function moveBaseUrl({ use }: Manifest, { pinned, seen }: EndpointChange): void {
  const now = seen === null ? [] : [baseOf(seen)];
  use.baseUrls = use.baseUrls.flatMap((url) => (url === baseOf(pinned) ? now : [url]));
}
