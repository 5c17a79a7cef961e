import {
  ApiExtraModels,
  ApiProperty,
  ApiPropertyOptional,
  getSchemaPath,
  PartialType,
  PickType,
} from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsBooleanString,
  IsIn,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import {
  CLIENT_AUTHENTICATIONS,
  type ClientAuthentication,
  type Manifest,
  manifestWarnings,
} from '@lockkeeper/manifests';
import { DISCOVERABLE_GRANTS, type DiscoverableGrant } from '../discovery/manifest-of-metadata.js';
import type { CertificateFacts } from '@lockkeeper/sealing';
import type { ApiService, ApiServiceKind, ClientFault, ClientKeyFacts } from './api-service.entity.js';
import {
  ClientCertificateInput,
  ClientFaultView,
  FreezeView,
  secretView,
  SecretView,
} from './api-service-parts.dto.js';
import { certificateWarnings } from './certificate-ends.js';
import { WarningView } from './manifest.dto.js';
import { IsScopes, scopesFrom } from './scopes.js';
import { secretWarnings } from './secret-warnings.js';

export const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;
const slugMessage = {
  message: 'must be lower-case letters, digits and hyphens, beginning with a letter or digit, at most 63',
};
const URL_LENGTH = 2048;

/** Five fields, or a catalogue entry, or a manifest, or an issuer: one of the four says where the requests go. */
export class ApiServiceInput {
  @ApiProperty({ example: 'podio', pattern: SLUG.source }) @Matches(SLUG, slugMessage) slug: string;

  @ApiPropertyOptional({ description: 'The slug, or the catalogue entry’s name, if not told.' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name?: string;

  @ApiPropertyOptional({
    description: 'As the provider gave it. Needed unless it is a generic API service, which has no client.',
  })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(1000)
  clientId?: string;

  @ApiPropertyOptional({
    enum: ['oauth2', 'generic'],
    description: 'As the manifest says; only to be sure that it is this one.',
  })
  @IsOptional()
  @IsIn(['oauth2', 'generic'])
  kind?: ApiServiceKind;

  @ApiPropertyOptional({ writeOnly: true, description: 'Never shown again, anywhere. None for a public client.' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(10_000)
  clientSecret?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    writeOnly: true,
    example: { developer_token: '…' },
    description:
      'By name, what `secrets` of its manifest asks for besides the client’s: each is needed once, and kept until it is given anew. Never shown again.',
  })
  @IsOptional()
  @IsObject()
  secrets?: Record<string, unknown>;

  @ApiPropertyOptional({
    writeOnly: true,
    description:
      'With the grant jwt_bearer: the private key that assertions are signed with, as the provider gave it: PEM, a JWK, or a JSON file with `private_key`. Never shown again.',
  })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(20_000)
  assertionKey?: string;

  @ApiPropertyOptional({
    type: ClientCertificateInput,
    writeOnly: true,
    description: 'With tls_client_auth (RFC 8705). Never shown again; its fingerprint and its end are.',
  })
  @IsOptional()
  @ValidateNested()
  @Type(() => ClientCertificateInput)
  clientCertificate?: ClientCertificateInput;

  @ApiPropertyOptional({ description: 'With tokenUrl: the five-field form.' })
  @IsOptional()
  @IsString()
  @MaxLength(URL_LENGTH)
  authorizeUrl?: string;

  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(URL_LENGTH) tokenUrl?: string;

  @ApiPropertyOptional({ description: 'Five-field form: where RFC 7009 revocation requests go.' })
  @IsOptional()
  @IsString()
  @MaxLength(URL_LENGTH)
  revokeUrl?: string;

  @ApiPropertyOptional({ description: 'Five-field form: a GET that answers 200 to a good token.' })
  @IsOptional()
  @IsString()
  @MaxLength(URL_LENGTH)
  testUrl?: string;

  @ApiPropertyOptional({
    type: [String],
    description: 'Five-field form: where the token may travel, and nowhere else.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @MaxLength(URL_LENGTH, { each: true })
  apiBaseUrls?: string[];

  @ApiPropertyOptional({
    enum: CLIENT_AUTHENTICATIONS,
    description: 'Five-field form: how the client proves itself; `basic` if not told.',
  })
  @IsOptional()
  @IsIn(CLIENT_AUTHENTICATIONS)
  clientAuthentication?: ClientAuthentication;

  @ApiPropertyOptional({ example: 'sandbox', description: 'An entry of the catalogue, instead of the URLs.' })
  @IsOptional()
  @Matches(SLUG, slugMessage)
  catalogue?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'A manifest of your own, instead of the URLs.',
  })
  @IsOptional()
  @IsObject()
  manifest?: Record<string, unknown>;

  @ApiPropertyOptional({
    example: 'https://login.example.com/tenant',
    description:
      'An authorization server that says of itself where the requests go (RFC 8414, OpenID Connect Discovery), instead of the URLs: exactly as the provider documents it. testUrl, apiBaseUrls and clientAuthentication may stand beside it. See POST /v1/api-services/discover.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(URL_LENGTH)
  issuer?: string;

  @ApiPropertyOptional({
    type: [String],
    description: 'With issuer: other hosts than the issuer’s that its endpoints may be on.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  @IsString({ each: true })
  @MaxLength(253, { each: true })
  acceptedHosts?: string[];

  @ApiPropertyOptional({
    enum: DISCOVERABLE_GRANTS,
    description: 'With issuer: the first of these that it offers, if not told.',
  })
  @IsOptional()
  @IsIn(DISCOVERABLE_GRANTS)
  grant?: DiscoverableGrant;

  @ApiPropertyOptional({
    description:
      'With issuer: whether tokens are bound to a key of their connection (RFC 9449), and go through the proxy only. If not told: for public clients, where the issuer announces it.',
  })
  @IsOptional()
  @IsBoolean()
  dpop?: boolean;

  @ApiPropertyOptional({
    type: [String],
    description: 'What connections ask for unless they say otherwise: a list, or one string with spaces.',
  })
  @IsOptional()
  @Transform(scopesFrom)
  @IsScopes()
  scopes?: string[];
}

/** Whatever is not named stays as it is. */
export class ApiServiceAmendment extends PartialType(
  PickType(ApiServiceInput, [
    'name',
    'clientId',
    'clientSecret',
    'secrets',
    'assertionKey',
    'clientCertificate',
    'authorizeUrl',
    'tokenUrl',
    'revokeUrl',
    'testUrl',
    'apiBaseUrls',
    'clientAuthentication',
    'manifest',
    'scopes',
  ] as const),
) {}

export class RetireQuery {
  @ApiPropertyOptional({ type: Boolean, description: 'Retire it although living connections are revoked by that.' })
  @IsOptional()
  @IsBooleanString()
  force?: string;
}

/** `frozen`: its issuer names other endpoints than somebody agreed to; see GET /v1/api-services/:slug/discovery. */
const STATES = ['active', 'client_fault', 'frozen', 'retired'] as const;

@ApiExtraModels(SecretView)
export class ApiServiceView {
  @ApiProperty() slug: string;
  @ApiProperty() name: string;
  @ApiProperty({ enum: ['oauth2', 'generic'] }) kind: ApiServiceKind;
  @ApiProperty({ enum: STATES }) status: (typeof STATES)[number];
  @ApiProperty() clientId: string;
  @ApiProperty({ type: SecretView, nullable: true, description: 'About the secret; the secret itself is write-only.' })
  clientSecret: SecretView | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: getSchemaPath(SecretView) },
    description: 'About each of the secrets that its manifest asks for besides the client’s; they are write-only, too.',
  })
  secrets: Record<string, SecretView>;
  @ApiProperty({ type: SecretView, nullable: true, description: 'About the key that assertions are signed with.' })
  assertionKey: SecretView | null;
  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: true,
    description: 'About the certificate: fingerprint, subject and end.',
  })
  clientCertificate: CertificateFacts | null;
  @ApiProperty({
    type: [Object],
    description:
      'Public halves of the keys that it proves itself with, and from when each signs; GET /jwks/:slug publishes them.',
  })
  clientKeys: ClientKeyFacts[];
  @ApiProperty({ description: 'Register exactly this address at the provider.' }) redirectUri: string;
  @ApiProperty({ type: [String] }) scopes: string[];
  @ApiProperty({ type: String, nullable: true }) catalogue: string | null;
  @ApiProperty({ type: 'object', additionalProperties: true }) manifest: Manifest;
  @ApiProperty({
    type: [WarningView],
    description: 'What is worth a second look: in its manifest, and of its secrets and its certificate.',
  })
  warnings: WarningView[];
  @ApiProperty({ type: String, nullable: true, description: 'The issuer that it was registered by.' })
  discoveredIssuer: string | null;
  @ApiProperty({ type: FreezeView, nullable: true, description: 'Why nothing is sent to it.' })
  frozen: FreezeView | null;
  @ApiProperty({ type: ClientFaultView, nullable: true, description: 'What the provider has against the client.' })
  fault: ClientFault | null;
  @ApiProperty({ format: 'date-time' }) createdAt: string;
  @ApiProperty({ format: 'date-time' }) updatedAt: string;

  static of(apiService: ApiService, redirectUri: string): ApiServiceView {
    const { slug, name, kind, status, clientId, scopes, catalogue, manifest, fault, frozen } = apiService;
    return {
      slug,
      name,
      kind,
      status: frozen ? 'frozen' : status,
      clientId,
      clientSecret: secretView(apiService.clientSecretFingerprint, apiService.clientSecretChangedAt),
      secrets: apiService.serviceSecretFacts,
      assertionKey: secretView(apiService.assertionKeyFingerprint, apiService.assertionKeyChangedAt),
      clientCertificate: apiService.clientCertificateFacts,
      clientKeys: apiService.clientKeyFacts,
      redirectUri,
      scopes,
      catalogue,
      manifest,
      warnings: [
        ...manifestWarnings(manifest),
        ...secretWarnings(apiService),
        ...certificateWarnings(apiService, new Date()),
      ],
      discoveredIssuer: apiService.discoveredIssuer,
      frozen,
      fault,
      createdAt: apiService.createdAt.toISOString(),
      updatedAt: apiService.updatedAt.toISOString(),
    };
  }
}

export class ApiServiceList {
  @ApiProperty({ type: [ApiServiceView] }) items: ApiServiceView[];
}
