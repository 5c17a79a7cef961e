import type { Manifest } from '@lockkeeper/manifests';
import type { Freeze } from './frozen.js';
import type { Secret } from '@lockkeeper/sealing';
import type { SecondSecret } from './either-client.js';

/** RFC 8705: shown at the beginning of a connection. Both PEM. */
export interface ClientCertificate {
  certificate: string;
  privateKey: Secret;
  /** ISO 8601; left out where nobody looked. */
  expiresAt?: string;
}

/** Whom to speak to, how, and as whom: everything that a request to a provider needs besides the grant. */
export interface OAuthTarget {
  slug: string;
  manifest: Manifest;
  clientId: string;
  /** While it is, nothing that is secret is sent to it. */
  frozen?: Freeze | null;
  /** Null for a public client. */
  clientSecret: Secret | null;
  /** For after a clear refusal of the client; left out where there is none, or where somebody else decides about it. */
  second?: SecondSecret;
  /** A client secret that is staged, and the one before: sent by trials alone, and masked wherever a provider repeats them. */
  otherSecrets?: readonly Secret[];
  /** Of the API service itself besides the client's, by the names that its manifest has for them. */
  secrets?: Readonly<Record<string, Secret>>;
  /** The private key that assertions are signed with (RFC 7523); null or left out where the grant needs none. */
  assertionKey?: Secret | null;
  /** The private key that the client proves itself with (`private_key_jwt`), a JWK with its `kid`. */
  clientKey?: Secret | null;
  /** The private key that this grant's tokens are bound to (RFC 9449), a JWK with its `alg`; null or left out where they are bound to none. */
  dpopKey?: Secret | null;
  /** With `tls_client_auth`. */
  certificate?: ClientCertificate | null;
  /** The very one that the authorization request had (RFC 6749 section 4.1.3). */
  redirectUri: string;
  /** The connection's values for the manifest's `fields`. */
  params: Readonly<Record<string, string>>;
}
