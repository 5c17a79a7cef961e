import { ApiProperty, ApiPropertyOptional, PartialType, PickType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBooleanString,
  IsIn,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
} from 'class-validator';
import {
  CLIENT_AUTHENTICATIONS,
  type ClientAuthentication,
  type Manifest,
  manifestWarnings,
} from '@lockkeeper/manifests';
import type { ApiService, ApiServiceKind, ApiServiceStatus, ClientFault } from './api-service.entity.js';
import { WarningView } from './manifest.dto.js';
import { IsScopes, scopesFrom } from './scopes.js';

export const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;
const slugMessage = {
  message: 'must be lower-case letters, digits and hyphens, beginning with a letter or digit, at most 63',
};
const URL_LENGTH = 2048;

/** Five fields, or a catalogue entry, or a manifest: one of the three says where the requests go. */
export class ApiServiceInput {
  @ApiProperty({ example: 'podio', pattern: SLUG.source }) @Matches(SLUG, slugMessage) slug: string;

  @ApiPropertyOptional({ description: 'The slug, or the catalogue entry’s name, if not told.' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name?: string;

  @ApiProperty({ description: 'As the provider gave it.' }) @IsString() @IsNotEmpty() @MaxLength(1000) clientId: string;

  @ApiPropertyOptional({ writeOnly: true, description: 'Never shown again, anywhere. None for a public client.' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(10_000)
  clientSecret?: string;

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

export class SecretView {
  @ApiProperty({ description: 'Short and keyed: tells two secrets apart, reveals none.' }) fingerprint: string;
  @ApiProperty({ format: 'date-time' }) changedAt: string;
}

export class ApiServiceView {
  @ApiProperty() slug: string;
  @ApiProperty() name: string;
  @ApiProperty({ enum: ['oauth2', 'generic'] }) kind: ApiServiceKind;
  @ApiProperty({ enum: ['active', 'client_fault', 'retired'] }) status: ApiServiceStatus;
  @ApiProperty() clientId: string;
  @ApiProperty({ type: SecretView, nullable: true, description: 'About the secret; the secret itself is write-only.' })
  clientSecret: SecretView | null;
  @ApiProperty({ description: 'Register exactly this address at the provider.' }) redirectUri: string;
  @ApiProperty({ type: [String] }) scopes: string[];
  @ApiProperty({ type: String, nullable: true }) catalogue: string | null;
  @ApiProperty({ type: 'object', additionalProperties: true }) manifest: Manifest;
  @ApiProperty({ type: [WarningView], description: 'What in its manifest is allowed, and worth a second look.' })
  warnings: WarningView[];
  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: true,
    description: 'What the provider has against the client.',
  })
  fault: ClientFault | null;
  @ApiProperty({ format: 'date-time' }) createdAt: string;
  @ApiProperty({ format: 'date-time' }) updatedAt: string;

  static of(apiService: ApiService, redirectUri: string): ApiServiceView {
    const { slug, name, kind, status, clientId, scopes, catalogue, manifest, fault } = apiService;
    return {
      slug,
      name,
      kind,
      status,
      clientId,
      clientSecret: secretView(apiService),
      redirectUri,
      scopes,
      catalogue,
      manifest,
      warnings: manifestWarnings(manifest),
      fault,
      createdAt: apiService.createdAt.toISOString(),
      updatedAt: apiService.updatedAt.toISOString(),
    };
  }
}

export class ApiServiceList {
  @ApiProperty({ type: [ApiServiceView] }) items: ApiServiceView[];
}

function secretView({ clientSecretFingerprint, clientSecretChangedAt }: ApiService): SecretView | null {
  if (clientSecretFingerprint === null || clientSecretChangedAt === null) return null;
  return { fingerprint: clientSecretFingerprint, changedAt: clientSecretChangedAt.toISOString() };
}
