import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { EVENT_TYPES, type EventType } from '@lockkeeper/contracts';
import { PageInput } from '@lockkeeper/doors';
import { maskUrl } from '@lockkeeper/egress';
import { type Secret, WEBHOOK_SCHEMES, type WebhookScheme } from '@lockkeeper/sealing';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  registerDecorator,
} from 'class-validator';
import { SLUG } from '../consumers/connection-path.dto.js';
import type { Webhook } from './webhooks.js';

const URL_LENGTH = 2048;
const LONGEST_OVERLAP_SECONDS = 604_800;

/** What can be posted to at all. Whether the address may be called is decided each time it is: names change their addresses. */
function isTarget(value: unknown): boolean {
  const url = typeof value === 'string' && value.length <= URL_LENGTH ? URL.parse(value) : null;
  return url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.hash;
}

const IsTarget = (): PropertyDecorator => (target, propertyName) =>
  registerDecorator({
    name: 'isTarget',
    target: target.constructor,
    propertyName: String(propertyName),
    validator: {
      validate: isTarget,
      defaultMessage: () => 'must be an https URL without user name, password and fragment, up to 2048 characters',
    },
  });

class WebhookMembers {
  @ApiProperty({
    example: 'https://example.com/hooks/lockkeeper',
    maxLength: URL_LENGTH,
    description: 'Sealed at rest: whoever knows it may post there.',
  })
  @IsTarget()
  url: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 200 })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  @Matches(/^[^\0]*$/, { message: 'must not hold a NUL character' })
  description?: string | null;

  @ApiPropertyOptional({ enum: EVENT_TYPES, isArray: true, description: 'Empty or left out: all types.' })
  @IsOptional()
  @IsArray()
  @ArrayUnique()
  @IsIn(EVENT_TYPES, { each: true })
  types?: EventType[];

  @ApiPropertyOptional({
    type: [String],
    example: ['sandbox'],
    description: 'Slugs. Empty or left out: all that the consumer is entitled to, now or later.',
  })
  @IsOptional()
  @IsArray()
  @ArrayUnique()
  @ArrayMaxSize(100)
  @Matches(SLUG, { each: true, message: 'must be slugs of API services' })
  apiServices?: string[];
}

const SCHEME = {
  enum: WEBHOOK_SCHEMES,
  description:
    '`hmac-sha256`: a secret that you hold too. `ed25519`: you check with our public key, and hold no secret.',
};

export class WebhookInput extends WebhookMembers {
  @ApiPropertyOptional({ ...SCHEME, default: 'hmac-sha256' })
  @IsOptional()
  @IsIn(WEBHOOK_SCHEMES)
  scheme: WebhookScheme = 'hmac-sha256';

  @ApiPropertyOptional({ format: 'uuid', description: 'Whose it is. An admin names it; a consumer’s is its own.' })
  @IsOptional()
  @IsUUID()
  consumer?: string;
}

/** What is left out stays as it is. */
export class WebhookChangeInput extends PartialType(WebhookMembers) {
  @ApiPropertyOptional({ description: '`true` also mends one that was disabled because it failed.' })
  @IsOptional()
  @IsBoolean()
  enabled?: boolean;
}

export class WebhookSecretInput {
  @ApiPropertyOptional({ ...SCHEME, description: `${SCHEME.description} Left out: as before.` })
  @IsOptional()
  @IsIn(WEBHOOK_SCHEMES)
  scheme?: WebhookScheme;

  @ApiPropertyOptional({
    default: 86_400,
    minimum: 0,
    maximum: LONGEST_OVERLAP_SECONDS,
    description: 'For so long the key before signs too, as a second signature in the same header.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(LONGEST_OVERLAP_SECONDS)
  overlapSeconds: number = 86_400;
}

export class WebhookPath {
  @ApiProperty({ format: 'uuid' }) @IsUUID() id: string;
}

export class WebhookListQuery extends PageInput {
  @ApiPropertyOptional({ format: 'uuid', description: 'For admins and auditors: of this consumer only.' })
  @IsOptional()
  @IsUUID()
  consumer?: string;
}

const INSTANT = { type: String, nullable: true, format: 'date-time' } as const;

export class WebhookView {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ format: 'uuid' }) consumer: string;
  @ApiProperty({ description: 'To auditors its path is not told.' }) url: string;
  @ApiProperty({ type: String, nullable: true }) description: string | null;
  @ApiProperty({ enum: EVENT_TYPES, isArray: true }) types: EventType[];
  @ApiProperty({ type: [String] }) apiServices: string[];
  @ApiProperty({ enum: WEBHOOK_SCHEMES }) scheme: WebhookScheme;
  @ApiProperty({ type: String, nullable: true, example: 'whpk_…', description: 'Of `ed25519`.' }) publicKey:
    string | null;
  @ApiProperty({ ...INSTANT, description: 'Until then the key before signs too.' }) previousSecretUntil: string | null;
  @ApiProperty({ enum: ['enabled', 'disabled'] }) status: string;
  @ApiProperty({ type: String, nullable: true }) disabledBecause: string | null;
  @ApiProperty(INSTANT) disabledAt: string | null;
  @ApiProperty({ ...INSTANT, description: 'Nothing could be delivered since; null if the last delivery succeeded.' })
  failingSince: string | null;
  @ApiProperty({ format: 'date-time' }) createdAt: string;
  @ApiProperty({ example: 'consumer:0b0f…' }) createdBy: string;

  static of(webhook: Webhook, url: string): WebhookView {
    const { id, description, types, apiServices, publicKey, status, disabledBecause, createdBy } = webhook;
    const previous = webhook.previousSecretUntil;
    return {
      ...{ id, consumer: webhook.consumerId, url, description, types, apiServices, publicKey },
      scheme: publicKey === null ? 'hmac-sha256' : 'ed25519',
      previousSecretUntil: previous !== null && previous > new Date() ? previous.toISOString() : null,
      ...{ status, disabledBecause },
      disabledAt: webhook.disabledAt?.toISOString() ?? null,
      failingSince: webhook.failingSince?.toISOString() ?? null,
      createdAt: webhook.createdAt.toISOString(),
      createdBy,
    };
  }
}

export class WebhookWithSecretView extends WebhookView {
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'whsec_…',
    description: 'Shown this once. Null with `ed25519`: `publicKey` is all that you need.',
  })
  secret: string | null;

  /** The only place where a webhook’s secret leaves; a private key never does. */
  static ofNew(webhook: Webhook, url: string, secret: Secret): WebhookWithSecretView {
    return { ...WebhookView.of(webhook, url), secret: webhook.publicKey === null ? secret.reveal() : null };
  }
}

export class WebhookPage {
  @ApiProperty({ type: [WebhookView], description: 'Ordered by id.' }) items: WebhookView[];
}

/** For those who look and don't act: host alone. */
export const shortened = (url: string): string => `${new URL(maskUrl(url)).origin}/…`;
