import { InvalidInput } from '@lockkeeper/doors';
import { type ClientAuthentication, KEY_ALGORITHMS, type KeyAlgorithm } from '@lockkeeper/manifests';
import type { ServerMetadata } from '../token-endpoint/server-metadata.js';

/** What the client can prove itself with, as far as it was given. */
export interface ClientMeans {
  clientAuthentication?: ClientAuthentication | undefined;
  hasSecret: boolean;
  hasCertificate: boolean;
}

/** IANA's names of what the token endpoint may support, by ours. `client_secret_jwt` proves nothing that a secret doesn't, and isn't spoken. */
const WAYS: Readonly<Record<string, ClientAuthentication>> = {
  private_key_jwt: 'private_key_jwt',
  tls_client_auth: 'tls_client_auth',
  self_signed_tls_client_auth: 'tls_client_auth',
  client_secret_basic: 'basic',
  client_secret_post: 'post',
  none: 'none',
};

/** RFC 9700 section 2.5: keys that only one side holds before secrets that both do. */
const PREFERENCE: readonly ClientAuthentication[] = ['private_key_jwt', 'tls_client_auth', 'basic', 'post', 'none'];
/** RFC 8414 section 2: "If omitted, the default is client_secret_basic". */
const WITHOUT_A_WORD = ['client_secret_basic'];

/** The best first. Empty where the issuer knows none that is known here. */
export function offeredAuthentications(metadata: ServerMetadata): ClientAuthentication[] {
  const { token_endpoint_auth_methods_supported: methods = WITHOUT_A_WORD } = metadata;
  const known = new Set(methods.map((method) => (Object.hasOwn(WAYS, method) ? WAYS[method] : undefined)));
  if (signingAlgorithm(metadata) === null) known.delete('private_key_jwt');
  return PREFERENCE.filter((way) => known.has(way));
}

/** Of the issuer's list the first of ours; ES256 where it has no list. Null where none is known here. */
export function signingAlgorithm({
  token_endpoint_auth_signing_alg_values_supported: algorithms,
}: Pick<ServerMetadata, 'token_endpoint_auth_signing_alg_values_supported'>): KeyAlgorithm | null {
  if (algorithms === undefined) return 'ES256';
  return KEY_ALGORITHMS.find((algorithm) => algorithms.includes(algorithm)) ?? null;
}

/**
 * What was asked for; else what the given means are for; else, with none given, the best that needs none.
 * @throws InvalidInput
 */
export function chosenAuthentication(
  offered: readonly ClientAuthentication[],
  { clientAuthentication: wanted, hasSecret, hasCertificate }: ClientMeans,
): ClientAuthentication {
  const fitting = offered.filter((way) => {
    if (wanted !== undefined) return way === wanted;
    if (hasCertificate) return way === 'tls_client_auth';
    if (hasSecret) return way === 'basic' || way === 'post';
    return way !== 'tls_client_auth' || offered.length === 1;
  });
  const [best] = fitting;
  if (best !== undefined) return best;
  const pointer = wanted === undefined ? '/clientSecret' : '/clientAuthentication';
  const list = offered.join(', ') || 'none that is known here';
  throw new InvalidInput([{ pointer, message: `does not fit what the issuer offers: ${list}` }]);
}
