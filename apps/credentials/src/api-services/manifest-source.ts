import { Injectable } from '@nestjs/common';
import { InvalidInput } from '@lockkeeper/doors';
import {
  Catalogue,
  type FiveFields,
  fromFiveFields,
  isGeneric,
  type Manifest,
  provesBySecret,
  readManifest,
} from '@lockkeeper/manifests';
import { Discovery } from '../discovery/discovery.js';
import { PinnedIssuers } from '../discovery/pinned-issuers.js';
import { assertSameServer } from '../discovery/same-server.js';
import type { EntityManager } from 'typeorm';
import type { ApiService } from './api-service.entity.js';
import { EndpointsElsewhere } from '../discovery/discovery.errors.js';
import { baseOf, endpointsElsewhere } from '../discovery/endpoints.js';
import type { FoundMetadata } from '../token-endpoint/metadata-request.js';
import type { ApiServiceAmendment, ApiServiceInput } from './api-service.dto.js';
import { CatalogueEntryNotFound } from './api-service.errors.js';

export interface ManifestOrigin {
  manifest: Manifest;
  name: string | null;
  /** What is asked for unless the admin or a connection says otherwise. */
  scopes: string[];
  /** What its issuer said, where it comes from there. */
  found: FoundMetadata | null;
}

const ONE_OF_FOUR =
  'say where its requests go in exactly one way: authorizeUrl and tokenUrl, or catalogue (an entry’s name), or manifest, or issuer';

/** Where an API service's manifest comes from: five fields, the catalogue, its issuer, or the admin's own. */
@Injectable()
export class ManifestSource {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly discovery: Discovery,
    private readonly pins: PinnedIssuers,
  ) {}

  /** @throws InvalidInput, CatalogueEntryNotFound, ManifestRefused, DiscoveryFailed, EndpointsElsewhere */
  async of(input: ApiServiceInput): Promise<ManifestOrigin> {
    checkWays(input);
    const found = input.issuer === undefined ? null : await this.discovery.find(input.issuer);
    // Should it say something else than to others before, it is their alarm first.
    if (found !== null) await this.pins.saw(found);
    const manifest = found === null ? this.manifestOf(input) : this.discovered(found, input);
    checkKind(manifest, input);
    if (provesBySecret(manifest) && input.clientSecret === undefined) {
      throw new InvalidInput([
        {
          pointer: '/clientSecret',
          message: `is needed: this client proves itself by \`${manifest.clientAuthentication}\``,
        },
      ]);
    }
    return { manifest, name: manifest.name ?? null, scopes: manifest.authorize.scopes, found };
  }

  /** The manifest with what the amendment names; the rest of it stays. @throws InvalidInput, ManifestRefused */
  amended(manifest: Manifest, amendment: ApiServiceAmendment): Manifest {
    const fields = hasFields(amendment);
    if (fields && amendment.manifest !== undefined) throw new InvalidInput([{ pointer: '', message: ONE_OF_FOUR }]);
    if (amendment.manifest !== undefined) return ofTheSameKind(manifest, readManifest(amendment.manifest).manifest);
    return fields ? readManifest(overlaid(manifest, amendment)).manifest : manifest;
  }

  /** What the catalogue knows of the same server, as far as it changes no request: what a refresh token comes with. */
  private withKnownFacts(manifest: Manifest): Manifest {
    const host = hostOf(manifest);
    const known =
      host && this.catalogue.list().find((entry) => hostOf(entry.manifest) === host)?.manifest.refresh?.comesWith;
    return known && manifest.refresh ? { ...manifest, refresh: { ...manifest.refresh, comesWith: known } } : manifest;
  }

  /**
   * One issuer, one server: call it in the transaction that registers or amends.
   * @throws InvalidInput, IssuerTaken, IssuerChanged
   */
  async claimIssuer(manager: EntityManager, apiService: ApiService, found: FoundMetadata | null = null): Promise<void> {
    if (found !== null) await this.pins.pin(manager, found);
    const { discoveredIssuer: issuer, manifest } = apiService;
    if (issuer !== null && manifest.issuer !== issuer)
      throw new InvalidInput([
        { pointer: '/manifest/issuer', message: `must stay ${issuer}: it was registered by it` },
      ]);
    await assertSameServer(manager, apiService);
  }

  /** What metadata doesn't tell is as the fields have it. */
  private discovered({ metadata }: FoundMetadata, input: ApiServiceInput): Manifest {
    const elsewhere = endpointsElsewhere(metadata, input.acceptedHosts);
    if (elsewhere.length > 0) throw new EndpointsElsewhere(metadata.issuer, elsewhere);
    const { clientAuthentication, clientSecret, clientCertificate, dpop, grant, testUrl, apiBaseUrls } = input;
    const means = { hasSecret: clientSecret !== undefined, hasCertificate: clientCertificate !== undefined };
    const { manifest } = this.discovery.derive(metadata, { clientAuthentication, dpop, grant, ...means });
    // The test's own address is one to which the token may travel.
    const tested = testUrl === undefined ? manifest.use.baseUrls : [baseOf(testUrl)];
    return readManifest(overlaid(manifest, { testUrl, apiBaseUrls: [...(apiBaseUrls ?? []), ...tested] })).manifest;
  }

  private manifestOf(input: ApiServiceInput): Manifest {
    if (input.manifest !== undefined) return readManifest(input.manifest).manifest;
    if (input.catalogue === undefined) return this.withKnownFacts(fromFields(input));
    const entry = this.catalogue.find(input.catalogue);
    if (!entry)
      throw new CatalogueEntryNotFound(
        input.catalogue,
        this.catalogue.list().map(({ slug }) => slug),
      );
    return entry.manifest;
  }
}

/** @throws InvalidInput */
function checkWays(input: ApiServiceInput): void {
  const byIssuer = input.issuer !== undefined;
  const ways = [hasUrls(input, byIssuer), input.catalogue !== undefined, input.manifest !== undefined, byIssuer];
  if (ways.filter(Boolean).length !== 1) throw new InvalidInput([{ pointer: '', message: ONE_OF_FOUR }]);
  const astray = byIssuer
    ? []
    : (['grant', 'dpop', 'acceptedHosts'] as const).filter((name) => input[name] !== undefined);
  if (astray.length > 0)
    throw new InvalidInput(
      astray.map((name) => ({ pointer: `/${name}`, message: 'belongs to issuer, and there is none' })),
    );
}

/** With an issuer the fields that its metadata doesn't tell may stand beside it. */
const hasUrls = ({ authorizeUrl, tokenUrl, revokeUrl, ...besides }: ApiServiceInput, byIssuer: boolean): boolean =>
  hasFields({ authorizeUrl, tokenUrl, revokeUrl }) || (!byIssuer && hasFields(besides));

/** A client, or none, as its kind has it. @throws InvalidInput */
function checkKind(manifest: Manifest, { kind, clientId, clientSecret }: ApiServiceInput): void {
  const generic = isGeneric(manifest);
  const faults = [
    ...(kind !== undefined && kind !== manifest.kind
      ? [{ pointer: '/kind', message: `must be ${manifest.kind}, as its manifest says` }]
      : []),
    ...(!generic && clientId === undefined
      ? [{ pointer: '/clientId', message: 'is needed: as the provider gave it' }]
      : []),
    ...(generic && clientSecret !== undefined
      ? [{ pointer: '/clientSecret', message: 'is of no use: a generic API service has no client' }]
      : []),
  ];
  if (faults.length > 0) throw new InvalidInput(faults);
}

/** What its connections hold fits one kind only. @throws InvalidInput */
function ofTheSameKind(before: Manifest, now: Manifest): Manifest {
  if (before.kind === now.kind) return now;
  throw new InvalidInput([
    { pointer: '/manifest/kind', message: `must stay ${before.kind}; register another API service` },
  ]);
}

const hostOf = ({ authorize: { url } }: Manifest): string | undefined =>
  url === undefined ? undefined : URL.parse(url)?.host;

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
  // Only the sections that are asked for are taken out of it.
  const fresh = fromFiveFields({ ...fieldsOf(amendment), authorizeUrl: authorizeUrl ?? tokenUrl, tokenUrl });
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
