import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsNotEmpty, IsOptional, IsString, IsUUID, Max, MaxLength, Min } from 'class-validator';
import { SecretView, secretView } from './api-service-parts.dto.js';
import type { ApiService, FormerSecretFacts, SecretChange } from './api-service.entity.js';

const DAY_SECONDS = 86_400;

export class StagedSecretInput {
  @ApiProperty({ writeOnly: true, description: 'As the provider gave it. Never shown again, anywhere.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(10_000)
  clientSecret: string;

  @ApiPropertyOptional({
    enum: ['when_proven', 'by_hand'],
    default: 'when_proven',
    description: 'Whether it takes over as soon as the provider took it, or when somebody says so.',
  })
  @IsOptional()
  @IsIn(['when_proven', 'by_hand'])
  promote?: SecretChange['promote'];

  @ApiPropertyOptional({
    format: 'uuid',
    description: 'The connection that it is tried on; the first that is refreshed, if not told.',
  })
  @IsOptional()
  @IsUUID()
  connectionId?: string;

  @ApiPropertyOptional({
    default: 7 * DAY_SECONDS,
    description:
      'How long the one before is kept once it took over: for servers that learn of a new secret one after the other.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(90 * DAY_SECONDS)
  keepFormerSeconds?: number;
}

export const KEEP_FORMER_SECONDS = 7 * DAY_SECONDS;

export class PromotionInput {
  @ApiPropertyOptional({ default: false, description: 'Although the provider has not taken it yet, or refused it.' })
  @IsOptional()
  @IsBoolean()
  unproven?: boolean;
}

export class StagedSecretView implements SecretChange {
  @ApiProperty({
    enum: ['staged', 'proven', 'refused'],
    description:
      '`staged`: tried with the next refresh of one connection; `proven`: the provider took it; `refused`: it did not.',
  })
  state: SecretChange['state'];
  @ApiProperty({ description: 'Short and keyed: tells two secrets apart, reveals none.' }) fingerprint: string;
  @ApiProperty({ format: 'date-time' }) stagedAt: string;
  @ApiProperty({ enum: ['when_proven', 'by_hand'] }) promote: SecretChange['promote'];
  @ApiProperty() keepFormerSeconds: number;
  @ApiProperty({ type: String, nullable: true, format: 'uuid', description: 'The one that it is, or was, tried on.' })
  connectionId: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) decidedAt: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'What the provider said to it.' }) detail: string | null;
  @ApiPropertyOptional({
    format: 'date-time',
    description: 'When the provider last refused the one in use, and this one was used instead.',
  })
  usedAt?: string;
}

export class FormerSecretView implements FormerSecretFacts {
  @ApiProperty() fingerprint: string;
  @ApiProperty({ format: 'date-time', description: 'When it was set.' }) changedAt: string;
  @ApiProperty({ format: 'date-time', description: 'It is erased then.' }) until: string;
  @ApiPropertyOptional({
    format: 'date-time',
    description: 'When the provider last refused the one in use, and this one was used instead.',
  })
  usedAt?: string;
}

/** What may be shown of a client's secrets: none of them. */
export class ClientSecretsView {
  @ApiProperty({ type: SecretView, nullable: true, description: 'The one in use.' }) active: SecretView | null;
  @ApiProperty({ type: StagedSecretView, nullable: true, description: 'One that is to take over.' })
  staged: StagedSecretView | null;
  @ApiProperty({
    type: FormerSecretView,
    nullable: true,
    description: 'What the one in use took over from: tried after a clear invalid_client only.',
  })
  former: FormerSecretView | null;

  static of(apiService: ApiService): ClientSecretsView {
    return {
      active: secretView(apiService.clientSecretFingerprint, apiService.clientSecretChangedAt),
      staged: apiService.secretChange,
      former: apiService.formerSecretFacts,
    };
  }
}
