import { ApiProperty, ApiPropertyOptional, IntersectionType, PartialType } from '@nestjs/swagger';
import { type IssuedKey, KeyLifetime } from '@lockkeeper/access-control';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import type { Consumer, ConsumerChange, ConsumerRequest } from './consumers.js';
import type { Entitlement } from './entitlements.js';

const NAME_LENGTH = 200;
const MOST_ENTITLEMENTS = 1000;
const API_SERVICE_OR_ANY = /^(\*|[a-z0-9][a-z0-9-]{0,62})$/;
const NO_NUL = /^[^\0]*$/;

export class EntitlementInput {
  @ApiProperty({ example: 'sandbox', description: 'An API service’s slug, or `*` for all of them.' })
  @Matches(API_SERVICE_OR_ANY, { message: 'must be an API service’s slug, or `*` for all of them' })
  apiService: string;

  @ApiPropertyOptional({
    type: String,
    example: 'ada@example.com',
    description: 'Left out: all users of the API service.',
  })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(512)
  @Matches(NO_NUL, { message: 'must not hold a NUL character' })
  user?: string | null;
}

class ConsumerMembers {
  @ApiProperty({ maxLength: NAME_LENGTH, example: 'invoice sync' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(NAME_LENGTH)
  @Matches(NO_NUL, { message: 'must not hold a NUL character' })
  name: string;

  @ApiProperty({
    type: [EntitlementInput],
    maxItems: MOST_ENTITLEMENTS,
    description: 'What it may use; an empty list is nothing.',
  })
  @IsArray()
  @ArrayMaxSize(MOST_ENTITLEMENTS)
  @ValidateNested({ each: true })
  @Type(() => EntitlementInput)
  entitlements: EntitlementInput[];
}

export class ConsumerInput extends IntersectionType(ConsumerMembers, KeyLifetime) {
  toRequest(): ConsumerRequest {
    return { name: this.name, entitlements: this.entitlements.map(entitlement), expiresAt: this.expiresAt ?? null };
  }
}

/** What is left out stays as it is. */
export class ConsumerChangeInput extends PartialType(ConsumerMembers) {
  toChange(): ConsumerChange {
    return { name: this.name ?? undefined, entitlements: this.entitlements?.map(entitlement) };
  }
}

const entitlement = ({ apiService, user }: EntitlementInput): Entitlement => ({ apiService, user: user ?? null });

export class ConsumerPath {
  @ApiProperty({ format: 'uuid' }) @IsUUID() id: string;
}

export class ConsumerKeyPath extends ConsumerPath {
  @ApiProperty({ format: 'uuid' }) @IsUUID() keyId: string;
}

export class EntitlementView {
  @ApiProperty() apiService: string;
  @ApiProperty({ type: String, nullable: true, description: 'Null: all users of the API service.' }) user:
    string | null;
}

export class SubjectView {
  @ApiProperty({ example: 'https://id.example.com' }) issuer: string;
  @ApiProperty({ description: 'The `sub` of its tokens.' }) subject: string;
  @ApiProperty({ description: 'The rule that lets it in, and says what it may use.' }) rule: string;
}

export class ConsumerView {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty() name: string;
  @ApiProperty({ type: [EntitlementView] }) entitlements: Entitlement[];
  @ApiProperty({
    type: SubjectView,
    nullable: true,
    description: 'Whose tokens it comes with; null if it was made here and comes with keys.',
  })
  subject: SubjectView | null;
  @ApiProperty({ format: 'date-time' }) createdAt: string;
  @ApiProperty({ example: 'key:0b0f…' }) createdBy: string;

  static of({ createdAt, ...consumer }: Consumer): ConsumerView {
    return { ...consumer, createdAt: createdAt.toISOString() };
  }
}

export class CreatedConsumerView extends ConsumerView {
  @ApiProperty({ description: 'Shown this once; only its hash is kept.', example: 'lkt_…' }) key: string;
  @ApiProperty({ format: 'uuid', description: 'By which the key is withdrawn.' }) keyId: string;
  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'Of the key; null: it doesn’t run out.',
  })
  keyExpiresAt: string | null;

  static ofNew(consumer: Consumer, { key, record }: IssuedKey): CreatedConsumerView {
    const keyExpiresAt = record.expiresAt?.toISOString() ?? null;
    return { ...ConsumerView.of(consumer), key, keyId: record.id, keyExpiresAt };
  }
}

export class ConsumerPage {
  @ApiProperty({ type: [ConsumerView], description: 'Ordered by id.' }) items: ConsumerView[];
}
