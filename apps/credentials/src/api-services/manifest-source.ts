import { Injectable } from '@nestjs/common';
import { InvalidInput } from '@lockkeeper/doors';
import { Catalogue, type FiveFields, fromFiveFields, type Manifest, readManifest } from '@lockkeeper/manifests';
import type { ApiServiceAmendment, ApiServiceInput } from './api-service.dto.js';
import { CatalogueEntryNotFound } from './api-service.errors.js';

export interface ManifestOrigin {
  manifest: Manifest;
  name: string | null;
  /** What is asked for unless the admin or a connection says otherwise. */
  scopes: string[];
}

const ONE_OF_THREE =
  'say where its requests go in exactly one way: authorizeUrl and tokenUrl, or catalogue (an entry’s name), or manifest';

/** Where an API service's manifest comes from: five fields, the catalogue, or the admin's own. */
@Injectable()
export class ManifestSource {
  constructor(private readonly catalogue: Catalogue) {}

  /** @throws InvalidInput, CatalogueEntryNotFound, ManifestRefused */
  of(input: ApiServiceInput): ManifestOrigin {
    const ways = [hasFields(input), input.catalogue !== undefined, input.manifest !== undefined].filter(Boolean);
    if (ways.length !== 1) throw new InvalidInput([{ pointer: '', message: ONE_OF_THREE }]);
    const manifest = this.manifestOf(input);
    if (manifest.clientAuthentication !== 'none' && input.clientSecret === undefined) {
      throw new InvalidInput([
        {
          pointer: '/clientSecret',
          message: `is needed: this client proves itself by \`${manifest.clientAuthentication}\``,
        },
      ]);
    }
    return { manifest, name: manifest.name ?? null, scopes: manifest.authorize.scopes };
  }

  /** The manifest with what the amendment names; the rest of it stays. @throws InvalidInput, ManifestRefused */
  amended(manifest: Manifest, amendment: ApiServiceAmendment): Manifest {
    const fields = hasFields(amendment);
    if (fields && amendment.manifest !== undefined) throw new InvalidInput([{ pointer: '', message: ONE_OF_THREE }]);
    if (amendment.manifest !== undefined) return readManifest(amendment.manifest).manifest;
    return fields ? readManifest(overlaid(manifest, amendment)).manifest : manifest;
  }

  private manifestOf(input: ApiServiceInput): Manifest {
    if (input.manifest !== undefined) return readManifest(input.manifest).manifest;
    if (input.catalogue === undefined) return fromFields(input);
    const entry = this.catalogue.find(input.catalogue);
    if (!entry)
      throw new CatalogueEntryNotFound(
        input.catalogue,
        this.catalogue.list().map(({ slug }) => slug),
      );
    return entry.manifest;
  }
}

type Fields = Partial<
  Pick<ApiServiceInput, 'authorizeUrl' | 'tokenUrl' | 'revokeUrl' | 'testUrl' | 'apiBaseUrls' | 'clientAuthentication'>
>;

const hasFields = ({
  authorizeUrl,
  tokenUrl,
  revokeUrl,
  testUrl,
  apiBaseUrls,
  clientAuthentication,
}: Fields): boolean =>
  [authorizeUrl, tokenUrl, revokeUrl, testUrl, apiBaseUrls, clientAuthentication].some((field) => field !== undefined);

function fromFields({ authorizeUrl, tokenUrl, ...rest }: ApiServiceInput): Manifest {
  const missing = Object.entries({ authorizeUrl, tokenUrl }).filter(([, value]) => value === undefined);
  if (missing.length > 0)
    throw new InvalidInput(
      missing.map(([name]) => ({ pointer: `/${name}`, message: 'is needed in the five-field form' })),
    );
  // RFC 6749 section 2.1: a client without a secret is a public one.
  const clientAuthentication = rest.clientAuthentication ?? (rest.clientSecret === undefined ? 'none' : undefined);
  const urls = { authorizeUrl: authorizeUrl!, tokenUrl: tokenUrl! };
  return fromFiveFields({ ...fieldsOf(rest), ...urls, clientAuthentication, scopes: rest.scopes });
}

const fieldsOf = ({
  revokeUrl,
  testUrl,
  apiBaseUrls,
  clientAuthentication,
}: Fields): Omit<FiveFields, 'authorizeUrl' | 'tokenUrl'> => ({
  revokeUrl,
  testUrl,
  apiBaseUrls,
  clientAuthentication,
});

/** Only the sections that the fields speak of are replaced. */
function overlaid(manifest: Manifest, amendment: Fields): Manifest {
  const { authorizeUrl = manifest.authorize.url, tokenUrl = manifest.token.url } = amendment;
  const fresh = fromFiveFields({ ...fieldsOf(amendment), authorizeUrl, tokenUrl });
  return {
    ...manifest,
    authorize: { ...manifest.authorize, url: authorizeUrl },
    token: { ...manifest.token, url: tokenUrl },
    ...(amendment.revokeUrl !== undefined && { revoke: fresh.revoke }),
    ...(amendment.testUrl !== undefined && { test: fresh.test }),
    ...(amendment.apiBaseUrls !== undefined && { use: { ...manifest.use, baseUrls: fresh.use.baseUrls } }),
    ...(amendment.clientAuthentication !== undefined && { clientAuthentication: fresh.clientAuthentication }),
  };
}
