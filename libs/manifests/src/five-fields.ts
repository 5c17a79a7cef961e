import { readManifest } from './manifest.js';
import type { ClientAuthentication, Manifest, ManifestInput } from './manifest.schema.js';

/** What an admin knows of a service without reading its documentation twice. */
export interface FiveFields {
  authorizeUrl: string;
  tokenUrl: string;
  name?: string | undefined;
  scopes?: readonly string[] | undefined;
  /** RFC 7009; for anything else a manifest is needed. */
  revokeUrl?: string | undefined;
  /** Called by GET with the token; 200 means that it works. */
  testUrl?: string | undefined;
  /** Where the token may travel. */
  apiBaseUrls?: readonly string[] | undefined;
  /** RFC 6749 section 2.3.1: every server that gives out secrets knows Basic. */
  clientAuthentication?: ClientAuthentication | undefined;
}

/** The manifest of a service that follows the standard. Throws ManifestRefused, whose pointers are those of the manifest. */
export function fromFiveFields(fields: FiveFields): Manifest {
  const input: ManifestInput = {
    manifest: 1,
    ...(fields.name !== undefined && { name: fields.name }),
    ...(fields.clientAuthentication && { clientAuthentication: fields.clientAuthentication }),
    authorize: { url: fields.authorizeUrl, scopes: [...(fields.scopes ?? [])] },
    token: { url: fields.tokenUrl },
    // Of a service that nobody has described, small sins are forgiven: a missing token type means the only one in use.
    answer: { tokenTypeWhenAbsent: 'Bearer' },
    ...(fields.revokeUrl !== undefined && { revoke: { request: rfc7009(fields.revokeUrl) } }),
    ...(fields.testUrl !== undefined && { test: { request: { url: fields.testUrl } } }),
    use: { baseUrls: [...(fields.apiBaseUrls ?? [])] },
  };
  return readManifest(input).manifest;
}

/** RFC 7009 section 2.1: a form with the token and a hint, the client authenticated as at the token endpoint. */
export function rfc7009(url: string) {
  return {
    url,
    body: { encoding: 'form' as const, parameters: { token: '{{ token }}', token_type_hint: '{{ token_type_hint }}' } },
  };
}
