import type { Manifest } from '@lockkeeper/manifests';
import type { Secret } from '@lockkeeper/sealing';

/** Whom to speak to, how, and as whom: everything that a request to a provider needs besides the grant. */
export interface OAuthTarget {
  slug: string;
  manifest: Manifest;
  clientId: string;
  /** Null for a public client. */
  clientSecret: Secret | null;
  /** The very one that the authorization request had (RFC 6749 section 4.1.3). */
  redirectUri: string;
  /** The connection's values for the manifest's `fields`. */
  params: Readonly<Record<string, string>>;
}
