import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { CLIENT_AUTHENTICATIONS, type ClientAuthentication, type Manifest } from '@lockkeeper/manifests';
import { WarningView } from '../api-services/manifest.dto.js';
import type { FoundMetadata } from '../token-endpoint/metadata-request.js';
import { endpointsIn, type ServerMetadata } from '../token-endpoint/server-metadata.js';
import type { Derived } from './discovery.js';
import type { Discovered } from './endpoint-consent.js';
import { endpointsElsewhere } from './endpoints.js';
import { DISCOVERABLE_GRANTS, type DiscoverableGrant } from './manifest-of-metadata.js';

export const ISSUER_LENGTH = 2048;

export class DiscoverInput {
  @ApiProperty({
    example: 'https://login.example.com/tenant',
    description: 'Exactly as the provider documents it: https, no query, no fragment.',
  })
  @IsString()
  @MaxLength(ISSUER_LENGTH)
  issuer: string;

  @ApiPropertyOptional({
    enum: DISCOVERABLE_GRANTS,
    description: 'The first of these that the issuer offers, if not told.',
  })
  @IsOptional()
  @IsIn(DISCOVERABLE_GRANTS)
  grant?: DiscoverableGrant;

  @ApiPropertyOptional({ enum: CLIENT_AUTHENTICATIONS, description: 'The best that the issuer offers, if not told.' })
  @IsOptional()
  @IsIn(CLIENT_AUTHENTICATIONS)
  clientAuthentication?: ClientAuthentication;

  @ApiPropertyOptional({
    description: 'Whether tokens are bound to a key (RFC 9449). If not told: for public clients only.',
  })
  @IsOptional()
  @IsBoolean()
  dpop?: boolean;
}

export class ElsewhereView {
  @ApiProperty({ example: 'token_endpoint' }) member: string;
  @ApiProperty() url: string;
  @ApiProperty({ description: 'Belongs into acceptedHosts when it is registered, if it is the provider’s.' })
  host: string;
}

export class DiscoveredView {
  @ApiProperty() issuer: string;
  @ApiProperty({ description: 'The address that the metadata stands at.' }) foundAt: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description:
      'The manifest that POST /v1/api-services {slug, clientId, clientSecret, issuer} would register, every default filled in.',
  })
  manifest: Manifest;
  @ApiProperty({ type: [WarningView], description: 'What is allowed, and worth a second look.' })
  warnings: WarningView[];
  @ApiProperty({
    enum: CLIENT_AUTHENTICATIONS,
    isArray: true,
    description:
      'How the client may prove itself there, the best first: keys that only one side holds before shared secrets.',
  })
  clientAuthentications: ClientAuthentication[];
  @ApiProperty({ type: [String], description: 'What can be asked for, as far as the issuer tells.' })
  scopesSupported: string[];
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'By the metadata’s names: where requests will go.',
  })
  endpoints: Record<string, string>;
  @ApiProperty({
    type: [ElsewhereView],
    description: 'Endpoints on other hosts than the issuer’s. Registering it takes their hosts in acceptedHosts.',
  })
  endpointsElsewhere: ElsewhereView[];
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'What the issuer said, as far as it is of use here (RFC 8414 section 2).',
  })
  metadata: ServerMetadata;

  static of({ metadata, foundAt }: FoundMetadata, derived: Derived): DiscoveredView {
    return {
      issuer: metadata.issuer,
      foundAt,
      ...derived,
      scopesSupported: metadata.scopes_supported ?? [],
      endpoints: endpointsIn(metadata),
      endpointsElsewhere: endpointsElsewhere(metadata),
      metadata,
    };
  }
}

export class EndpointChangeView {
  @ApiProperty({ example: 'token_endpoint', description: '`issuer` where it is another issuer’s metadata.' })
  member: string;
  @ApiProperty({ description: 'Where requests went until now.' }) pinned: string;
  @ApiProperty({ type: String, nullable: true, description: 'What the issuer says now; null where it says nothing.' })
  seen: string | null;
}

export class ProposalView {
  @ApiProperty({ description: 'Names this change: belongs into accept and refuse.' }) proposal: string;
  @ApiProperty({ type: [EndpointChangeView] }) changes: EndpointChangeView[];
  @ApiProperty({ type: [ElsewhereView], description: 'Of the new endpoints those on other hosts than the issuer’s.' })
  endpointsElsewhere: ElsewhereView[];
  @ApiProperty({ format: 'date-time' }) since: string;
}

export class TroubleView {
  @ApiProperty() code: string;
  @ApiProperty() detail: string;
  @ApiProperty({ type: String, nullable: true }) hint: string | null;
  @ApiProperty({ format: 'date-time' }) since: string;
}

export class PinnedView {
  @ApiProperty() issuer: string;
  @ApiProperty() foundAt: string;
  @ApiProperty({
    type: [String],
    description: 'All API services that were registered by it: a decision counts for each of them.',
  })
  apiServices: string[];
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'By the metadata’s names: the endpoints that were agreed to.',
  })
  endpoints: Record<string, string>;
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The last good copy.' })
  metadata: ServerMetadata;
  @ApiProperty({ format: 'date-time' }) seenAt: string;
  @ApiProperty({ format: 'date-time' }) nextLookAt: string;
  @ApiProperty({
    type: TroubleView,
    nullable: true,
    description: 'Why the last look brought nothing; the last good copy stays.',
  })
  trouble: TroubleView | null;
  @ApiProperty({
    type: ProposalView,
    nullable: true,
    description:
      'Other endpoints than those that were agreed to. Nothing is sent until an admin accepts or refuses them.',
  })
  frozen: ProposalView | null;

  static of({ issuer: pinned, apiServices }: Discovered): PinnedView {
    const { issuer, foundAt, metadata, seenAt, lookAt, trouble, proposal } = pinned;
    return {
      issuer,
      foundAt,
      apiServices,
      endpoints: endpointsIn(metadata),
      metadata,
      seenAt: seenAt.toISOString(),
      nextLookAt: lookAt.toISOString(),
      trouble,
      frozen: proposal && {
        proposal: proposal.fingerprint,
        changes: proposal.changes,
        endpointsElsewhere: proposal.metadata ? endpointsElsewhere(proposal.metadata) : [],
        since: proposal.since,
      },
    };
  }
}

export class DecisionInput {
  @ApiProperty({
    description: 'As GET /v1/api-services/:slug/discovery names it: what is decided on is what was looked at.',
  })
  @IsString()
  @MaxLength(100)
  proposal: string;
}
