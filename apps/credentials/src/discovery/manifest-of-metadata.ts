import { InvalidInput } from '@lockkeeper/doors';
import { type ClientAuthentication, type ManifestInput, rfc7009 } from '@lockkeeper/manifests';
import type { ServerMetadata } from '../token-endpoint/server-metadata.js';
import { type ClientMeans, chosenAuthentication, offeredAuthentications, signingAlgorithm } from './client-offers.js';
import { GrantUnsupported } from './discovery.errors.js';
import { baseOf } from './endpoints.js';

/** The grants for which an issuer's metadata says all that a manifest needs. */
export const DISCOVERABLE_GRANTS = ['authorization_code', 'device_code', 'client_credentials'] as const;
export type DiscoverableGrant = (typeof DISCOVERABLE_GRANTS)[number];

/** What metadata leaves to whoever registers. */
export interface Choice extends ClientMeans {
  grant?: DiscoverableGrant | undefined;
  /** By default only for public clients: see `bindsTokens`. */
  dpop?: boolean | undefined;
}

export interface DerivedManifest {
  manifest: ManifestInput;
  /** How the client may prove itself there, the best first. */
  clientAuthentications: ClientAuthentication[];
}

/** RFC 8628 section 3.4: the name of the device grant. */
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
/** OpenID Connect Core section 11: without `offline_access` there is no refresh token, and it is granted only if consent is asked for. */
const LASTING = ['openid', 'offline_access'];

/** OpenID Connect Core section 2: whose consent it was, where `openid` is asked for; where it isn't, nothing is captured and nothing compared. */
const ACCOUNT = { answer: { captures: { account: '/id_token/sub' } }, subject: 'account' };

/** The manifest that an issuer's own words make. @throws InvalidInput, GrantUnsupported */
export function manifestOf(metadata: ServerMetadata, choice: Choice): DerivedManifest {
  const grant = grantOf(metadata, choice.grant);
  const clientAuthentications = offeredAuthentications(metadata);
  const clientAuthentication = chosenAuthentication(clientAuthentications, choice);
  const manifest = {
    manifest: 1 as const,
    name: new URL(metadata.issuer).host.slice(0, 100),
    ...documentationOf(metadata),
    issuer: metadata.issuer,
    grant,
    ...clientOf(metadata, clientAuthentication),
    ...bindingOf(metadata, { ...choice, clientAuthentication }),
    ...requestsOf(metadata, grant),
    ...tokenManagement(metadata, clientAuthentication),
  };
  return { manifest, clientAuthentications };
}

/** RFC 8414 section 2: without a word, what a server knows is the code and the implicit grant. The latter is never spoken (RFC 9700 section 2.1.2). */
function grantOf(metadata: ServerMetadata, wanted: DiscoverableGrant | undefined): DiscoverableGrant {
  const { grant_types_supported: grants = ['authorization_code', 'implicit'], response_types_supported: responses } =
    metadata;
  const offered: Record<DiscoverableGrant, boolean> = {
    authorization_code:
      metadata.authorization_endpoint !== undefined &&
      grants.includes('authorization_code') &&
      (responses?.some((type) => type.split(' ').includes('code')) ?? true),
    device_code: metadata.device_authorization_endpoint !== undefined && grants.includes(DEVICE),
    client_credentials: grants.includes('client_credentials'),
  };
  const possible = metadata.token_endpoint === undefined ? [] : DISCOVERABLE_GRANTS.filter((one) => offered[one]);
  const [best] = possible;
  if (best === undefined) throw new GrantUnsupported(metadata);
  if (wanted === undefined || possible.includes(wanted)) return wanted ?? best;
  throw new InvalidInput([{ pointer: '/grant', message: `is none of what the issuer offers: ${possible.join(', ')}` }]);
}

const documentationOf = ({ service_documentation: page }: ServerMetadata) =>
  page?.startsWith('https://') && URL.canParse(page) && !/[{}]/.test(page) ? { documentationUrl: page } : {};

function clientOf(metadata: ServerMetadata, clientAuthentication: ClientAuthentication): Partial<ManifestInput> {
  const { mtls_endpoint_aliases: aliases } = metadata;
  const algorithm = signingAlgorithm(metadata);
  return {
    clientAuthentication,
    ...(clientAuthentication === 'private_key_jwt' && algorithm !== null && { clientAssertion: { algorithm } }),
    // RFC 8705 section 3.3: without a word it binds none. One that can is not known to do so for this client.
    ...(clientAuthentication === 'tls_client_auth' &&
      !metadata.tls_client_certificate_bound_access_tokens && { certificateBoundTokens: false }),
    ...(clientAuthentication === 'tls_client_auth' &&
      aliases && {
        mtlsEndpointAliases: {
          token: aliases.token_endpoint,
          revoke: aliases.revocation_endpoint,
          introspect: aliases.introspection_endpoint,
          device: aliases.device_authorization_endpoint,
          pushedAuthorization: aliases.pushed_authorization_request_endpoint,
        },
      }),
  };
}

/**
 * RFC 9449. Bound tokens can be used through the proxy alone, so where a client has another way to prove itself they are bound on demand only;
 * a public client's refresh tokens have nothing else that protects them (RFC 9700 section 2.2.2).
 */
function bindingOf(
  metadata: ServerMetadata,
  { dpop, clientAuthentication }: Choice & { clientAuthentication: ClientAuthentication },
): Partial<ManifestInput> {
  const announced = metadata.dpop_signing_alg_values_supported;
  const algorithm = announced && signingAlgorithm({ token_endpoint_auth_signing_alg_values_supported: announced });
  if (!algorithm && dpop) {
    const message = 'can’t be true: the issuer announces no algorithm for it that is known here';
    throw new InvalidInput([{ pointer: '/dpop', message }]);
  }
  return algorithm && (dpop ?? clientAuthentication === 'none') ? { dpop: { algorithm } } : {};
}

function requestsOf(metadata: ServerMetadata, grant: DiscoverableGrant): Partial<ManifestInput> {
  const { pushed_authorization_request_endpoint: push, userinfo_endpoint: userinfo } = metadata;
  const byCode = grant === 'authorization_code';
  const asksUsers = grant !== 'client_credentials';
  const scopes = asksUsers ? lastingScopes(metadata) : [];
  return {
    ...(asksUsers && metadata.scopes_supported?.includes('openid') && ACCOUNT),
    authorize: {
      ...(byCode && { url: metadata.authorization_endpoint }),
      ...(byCode && metadata.authorization_response_iss_parameter_supported && { iss: 'required' as const }),
      ...(byCode && asksForConsent(metadata) && { parameters: { prompt: 'consent' } }),
      scopes,
    },
    token: { url: metadata.token_endpoint! },
    ...(byCode && push !== undefined && { pushedAuthorization: { url: push } }),
    ...(grant === 'device_code' && { device: { url: metadata.device_authorization_endpoint! } }),
    ...(scopes.length > 0 && { refresh: { comesWith: { scopes: ['offline_access'] } } }),
    ...(asksUsers &&
      userinfo !== undefined && { test: { request: { url: userinfo } }, use: { baseUrls: [baseOf(userinfo)] } }),
  };
}

/** As little as keeps a connection alive; what it is for, whoever registers it says (RFC 9700 section 2.3). */
const lastingScopes = ({ scopes_supported: known = [] }: ServerMetadata): string[] =>
  known.includes('offline_access') ? LASTING.filter((scope) => known.includes(scope)) : [];

const asksForConsent = (metadata: ServerMetadata): boolean =>
  lastingScopes(metadata).length > 0 && (metadata.prompt_values_supported?.includes('consent') ?? true);

/** RFC 7009 and RFC 7662, authenticated as at the token endpoint, or as these endpoints have it by themselves. */
function tokenManagement(metadata: ServerMetadata, own: ClientAuthentication): Partial<ManifestInput> {
  const { revocation_endpoint: revoke, introspection_endpoint: introspect } = metadata;
  const requestTo = (url: string, methods: readonly string[] | undefined) => {
    const offered =
      methods && offeredAuthentications({ ...metadata, token_endpoint_auth_methods_supported: [...methods] });
    const other =
      offered && !offered.includes(own) ? offered.find((way) => isBySecret(way) && isBySecret(own)) : undefined;
    return { ...rfc7009(url), ...(other && { authentication: other }) };
  };
  return {
    ...(revoke !== undefined && {
      revoke: { request: requestTo(revoke, metadata.revocation_endpoint_auth_methods_supported) },
    }),
    ...(introspect !== undefined &&
      own !== 'none' && {
        introspect: { request: requestTo(introspect, metadata.introspection_endpoint_auth_methods_supported) },
      }),
  };
}

const isBySecret = (way: ClientAuthentication): boolean => way === 'basic' || way === 'post';
