import { Injectable } from '@nestjs/common';
import { InvalidInput } from '@lockkeeper/doors';
import { type ClientAuthentication, type Manifest, type ManifestWarning, readManifest } from '@lockkeeper/manifests';
import type { FoundMetadata } from '../token-endpoint/metadata-request.js';
import { issuerFault, type ServerMetadata } from '../token-endpoint/server-metadata.js';
import { TokenEndpoint } from '../token-endpoint/token-endpoint.js';
import { baseOf } from './endpoints.js';
import { type Choice, manifestOf } from './manifest-of-metadata.js';

export interface Derived {
  manifest: Manifest;
  warnings: ManifestWarning[];
  /** How the client may prove itself at the issuer, the best first. */
  clientAuthentications: ClientAuthentication[];
}

/** From an issuer to a manifest, by what the issuer says of itself (RFC 8414). */
@Injectable()
export class Discovery {
  constructor(private readonly endpoint: TokenEndpoint) {}

  /** @throws InvalidInput, DiscoveryFailed */
  async find(issuer: string): Promise<FoundMetadata> {
    const fault = issuerFault(issuer);
    if (fault !== null) throw new InvalidInput([{ pointer: '/issuer', message: fault }]);
    return this.endpoint.metadata(issuer);
  }

  /** @throws InvalidInput, GrantUnsupported, ManifestRefused */
  derive(metadata: ServerMetadata, choice: Choice): Derived {
    const { manifest: input, clientAuthentications } = manifestOf(metadata, choice);
    const { manifest, warnings } = readManifest(input);
    return {
      manifest,
      warnings: [...warnings, ...remarks(metadata, manifest, clientAuthentications)],
      clientAuthentications,
    };
  }
}

/** What an admin should know besides, each at the place of the manifest that it is about. */
function remarks(metadata: ServerMetadata, manifest: Manifest, offered: ClientAuthentication[]): ManifestWarning[] {
  const { code_challenge_methods_supported: challenges, dpop_signing_alg_values_supported: dpop } = metadata;
  const { userinfo_endpoint: userinfo = '' } = metadata;
  const [best] = offered;
  const all: [applies: boolean, pointer: string, problem: string][] = [
    [
      (best === 'private_key_jwt' || best === 'tls_client_auth') && manifest.clientAuthentication !== best,
      '/clientAuthentication',
      `is ${manifest.clientAuthentication}, and the issuer also knows ${best}, by which no secret is shared (RFC 9700 section 2.5)`,
    ],
    [
      challenges !== undefined && !challenges.includes('S256'),
      '/authorize/pkce',
      'is S256, which the issuer does not announce: should it refuse that, set it to off; plain is never sent (RFC 7636 section 7.2)',
    ],
    [
      dpop !== undefined && manifest.dpop === undefined,
      '/dpop',
      'is left out although the issuer announces it (RFC 9449): register with dpop true for tokens that are worth nothing without their key, and go through the proxy only',
    ],
    [
      manifest.use.baseUrls.every((url) => url === baseOf(userinfo)),
      '/use/baseUrls',
      'has no API: metadata does not say where it is. Give apiBaseUrls, so that calls can be made through the proxy',
    ],
  ];
  return all.filter(([applies]) => applies).map(([, pointer, problem]) => ({ pointer, problem }));
}
