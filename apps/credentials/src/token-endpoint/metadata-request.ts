import { type Egress, type EgressAnswer, EgressError } from '@lockkeeper/egress';
import { bodyOf } from './answer-body.js';
import {
  DiscoveryFailed,
  IssuerInTrouble,
  IssuerMismatch,
  IssuerUnreachable,
  MetadataNotJson,
  MetadataRedirected,
  NoMetadata,
} from './discovery.errors.js';
import { readMetadata, type ServerMetadata } from './server-metadata.js';

export interface FoundMetadata {
  metadata: ServerMetadata;
  /** The address that it stands at. */
  foundAt: string;
  /** For how long the server says that it holds (RFC 9111 section 5.2.2.1); null where it doesn't. 0: `no-store`, `no-cache`. */
  maxAgeSeconds: number | null;
}

const TIMEOUT_MS = 10_000;

/** RFC 8414 section 3.1: between host and path; then, as OpenID Connect Discovery section 4 has it, behind the path. */
export function wellKnownAddresses(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ];
}

/**
 * What an issuer says of itself, whose name there is exactly the one that was asked for. No secret takes part, and no redirect is followed.
 * @param issuer one without an issuerFault
 * @throws DiscoveryFailed
 */
export async function fetchMetadata(egress: Egress, issuer: string): Promise<FoundMetadata> {
  const failures: DiscoveryFailed[] = [];
  for (const address of wellKnownAddresses(issuer)) {
    try {
      const answer = await ask(egress, { issuer, address });
      const metadata = metadataIn(answer, { issuer, address });
      return { metadata, foundAt: address, maxAgeSeconds: maxAgeIn(answer.headers['cache-control']) };
    } catch (error) {
      if (!(error instanceof DiscoveryFailed) || error.weight === null) throw error;
      failures.push(error);
    }
  }
  throw mostTelling(failures);
}

interface Question {
  issuer: string;
  address: string;
}

async function ask(egress: Egress, { issuer, address }: Question): Promise<EgressAnswer> {
  try {
    return await egress.fetch(address, { headers: { accept: 'application/json' }, timeoutMs: TIMEOUT_MS });
  } catch (error) {
    throw error instanceof EgressError ? new IssuerUnreachable(issuer, error) : error;
  }
}

function metadataIn(answer: EgressAnswer, { issuer, address }: Question): ServerMetadata {
  const { status, headers } = answer;
  if (status === 429 || status >= 500) throw new IssuerInTrouble(address, status);
  if (status >= 300 && status < 400) throw new MetadataRedirected(address, headers.location);
  if (status !== 200) throw new NoMetadata(address, status);
  const document = bodyOf(answer, 'json');
  if (document === null) throw new MetadataNotJson(address, headers['content-type']);
  // By code points, without any normalisation (RFC 8414 section 4); before anything else of it is looked at.
  if (document.issuer !== issuer) throw new IssuerMismatch(issuer, foundIssuer(document.issuer));
  return readMetadata(document);
}

const foundIssuer = (issuer: unknown): string => (typeof issuer === 'string' ? issuer : 'nobody');

function maxAgeIn(cacheControl: string | undefined): number | null {
  const directives = (cacheControl ?? '').toLowerCase();
  if (/\bno-(store|cache)\b/.test(directives)) return 0;
  const seconds = /(?:^|[\s,])max-age\s*=\s*"?(\d{1,10})/.exec(directives)?.[1];
  return seconds === undefined ? null : Number(seconds);
}

function mostTelling(failures: readonly DiscoveryFailed[]): DiscoveryFailed {
  const missing = failures.filter((failure) => failure instanceof NoMetadata);
  if (missing.length === failures.length) return NoMetadata.at(missing);
  return failures.reduce((worst, one) => ((one.weight ?? 0) > (worst.weight ?? 0) ? one : worst));
}
