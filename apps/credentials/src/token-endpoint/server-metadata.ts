import { isPrivateHost, urlFaults } from '@lockkeeper/manifests';
import { z } from 'zod';
import { MetadataIncomplete } from './discovery.errors.js';

/** Some servers write null for what they don't have. */
const perhaps = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined) as unknown as z.ZodOptional<Schema>;

const text = z.string().max(2048);
const names = perhaps(z.array(z.string().max(300)).max(1000));
const fact = perhaps(z.boolean());
const endpoint = perhaps(text);

/** RFC 8705 section 5. */
const mtlsAliases = z.object({
  token_endpoint: endpoint,
  revocation_endpoint: endpoint,
  introspection_endpoint: endpoint,
  device_authorization_endpoint: endpoint,
  pushed_authorization_request_endpoint: endpoint,
});

/** RFC 8414 section 2, by its own names, with what RFCs 8628, 8705, 9126, 9207, 9449 and OpenID Connect Discovery add; what nothing here uses is left out. */
export const serverMetadata = z.object({
  issuer: text,
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  revocation_endpoint: endpoint,
  introspection_endpoint: endpoint,
  userinfo_endpoint: endpoint,
  device_authorization_endpoint: endpoint,
  pushed_authorization_request_endpoint: endpoint,
  mtls_endpoint_aliases: perhaps(mtlsAliases),
  service_documentation: endpoint,
  scopes_supported: names,
  response_types_supported: names,
  grant_types_supported: names,
  code_challenge_methods_supported: names,
  prompt_values_supported: names,
  token_endpoint_auth_methods_supported: names,
  token_endpoint_auth_signing_alg_values_supported: names,
  revocation_endpoint_auth_methods_supported: names,
  introspection_endpoint_auth_methods_supported: names,
  dpop_signing_alg_values_supported: names,
  tls_client_certificate_bound_access_tokens: fact,
  require_pushed_authorization_requests: fact,
  authorization_response_iss_parameter_supported: fact,
});

/** What a server says of itself. */
export type ServerMetadata = z.output<typeof serverMetadata>;

const ENDPOINTS = [
  'authorization_endpoint',
  'token_endpoint',
  'revocation_endpoint',
  'introspection_endpoint',
  'userinfo_endpoint',
  'device_authorization_endpoint',
  'pushed_authorization_request_endpoint',
] as const;

/** By member, every address to which a browser, a code, a token or a proof of the client may go; of aliases `mtls_endpoint_aliases.<member>`. */
export function endpointsIn(metadata: ServerMetadata): Record<string, string> {
  const { mtls_endpoint_aliases: aliases = {} } = metadata;
  const all: [member: string, url: string | undefined][] = [
    ...ENDPOINTS.map((member): [string, string | undefined] => [member, metadata[member]]),
    ...Object.entries(aliases).map(([member, url]): [string, string | undefined] => [
      `mtls_endpoint_aliases.${member}`,
      url,
    ]),
  ];
  return Object.fromEntries(all.flatMap(([member, url]) => (url === undefined ? [] : [[member, url]])));
}

/**
 * RFC 8414 section 2: https, without query and fragment. Plain http is for private hosts, and for egress to allow or refuse.
 * @returns what is wrong with it, null if nothing is
 */
export function issuerFault(issuer: string): string | null {
  const url = URL.parse(issuer);
  if (!url || !/^https?:\/\//.test(issuer)) return 'must be an absolute URL that begins with https://';
  if (url.protocol !== 'https:' && !isPrivateHost(url.hostname)) return 'must begin with https://';
  if (url.username || url.password) return 'must have no user name and no password in it';
  if (issuer.includes('?')) return 'must have no query (RFC 8414 section 2)';
  if (issuer.includes('#')) return 'must have no fragment (RFC 8414 section 2)';
  return issuer.includes('{{') ? 'must be the issuer itself, without placeholders' : null;
}

/** The known members, each in its form, and every endpoint an address that may be called. @throws MetadataIncomplete */
export function readMetadata(document: unknown): ServerMetadata {
  const read = serverMetadata.safeParse(document);
  if (!read.success)
    throw new MetadataIncomplete(read.error.issues.map(({ path }) => `${path.join('.') || 'it'} has a wrong form`));
  const faults = Object.entries(endpointsIn(read.data)).flatMap(([member, url]) => {
    const fault = endpointFault(url, read.data.issuer);
    return fault === null ? [] : [`${member} ${fault}`];
  });
  if (faults.length > 0) throw new MetadataIncomplete(faults);
  return read.data;
}

/** An address from outside is never a template, and as safe as its issuer's. */
function endpointFault(url: string, issuer: string): string | null {
  if (/[{}]/.test(url)) return 'has braces in it';
  const [fault] = urlFaults(url);
  if (fault) return fault.problem;
  return issuer.startsWith('https:') && !url.startsWith('https:') ? 'is not https' : null;
}
