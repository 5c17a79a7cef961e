import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { NoticeChannel } from '@lockkeeper/contracts';
import { PageLimit } from '@lockkeeper/doors';
import type { Secret } from '@lockkeeper/sealing';
import {
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUrl,
  IsUUID,
  Matches,
  MaxLength,
} from 'class-validator';
import { SLUG } from '../api-services/api-service.dto.js';
import { NOTICE_CHANNELS } from './notice-channels.js';
import { NOTICE_STATES, type NoticeDeliveryRecord, type NoticeRecord, type NoticeState } from './notice-records.js';
import type { NoticeWays } from './notice-settings.js';
import { NOTICE_PLACEHOLDERS, type NoticeTemplate } from './notice-template.js';

export class NoticeInput {
  @ApiPropertyOptional({ description: 'Why, in plain words, for the person who is asked.', maxLength: 500 })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  reason?: string;

  @ApiPropertyOptional({ default: false, description: 'Although one went out for the same cause within 24 hours.' })
  @IsOptional()
  @IsBoolean()
  force?: boolean;
}

export class NoticeView {
  @ApiProperty({ format: 'uuid' }) noticeId: string;
  @ApiProperty({ description: 'Whether anything goes out: once in 24 hours for each cause.' }) created: boolean;
}

export class NoticeListQuery extends PageLimit {
  @ApiPropertyOptional({ enum: NOTICE_STATES }) @IsOptional() @IsIn(NOTICE_STATES) state?: NoticeState;
  @ApiPropertyOptional() @IsOptional() @Matches(SLUG) apiService?: string;
  @ApiPropertyOptional({ format: 'uuid' }) @IsOptional() @IsUUID() connection?: string;
}

const CAUSES = ['reauthorization_required', 'expiring', 'requested'] as const;
const INSTANT = { type: String, nullable: true, format: 'date-time' } as const;

export class NoticeDeliveryView implements NoticeDeliveryRecord {
  @ApiProperty({ enum: NOTICE_CHANNELS }) channel: NoticeChannel;
  @ApiProperty({ enum: ['pending', 'delivered', 'failed', 'skipped', 'cancelled'] })
  status: NoticeDeliveryRecord['status'];
  @ApiProperty({ enum: CAUSES }) cause: NoticeDeliveryRecord['cause'];
  @ApiProperty({ type: String, nullable: true }) problem: string | null;
  @ApiProperty() attempts: number;
  @ApiProperty({ format: 'date-time' }) createdAt: string;
  @ApiProperty(INSTANT) settledAt: string | null;
}

export class NoticeRecordView {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ format: 'uuid' }) connectionId: string;
  @ApiProperty() apiService: string;
  @ApiProperty() user: string;
  @ApiProperty({ enum: CAUSES }) cause: NoticeRecord['cause'];
  @ApiProperty() reason: string;
  @ApiProperty({ example: 'consumer:0b0f…' }) requestedBy: string;
  @ApiProperty({ enum: NOTICE_STATES, description: '`sent`: it went out, and nobody acted on it yet.' })
  state: NoticeState;
  @ApiProperty({ format: 'date-time' }) createdAt: string;
  @ApiProperty(INSTANT) closedAt: string | null;
  @ApiProperty({ type: String, nullable: true, description: '`reauthorized` or `revoked`.' }) closedBecause:
    string | null;
  @ApiProperty({ type: [NoticeDeliveryView] }) deliveries: NoticeDeliveryRecord[];

  static of({ createdAt, closedAt, ...record }: NoticeRecord): NoticeRecordView {
    return { ...record, createdAt: createdAt.toISOString(), closedAt: closedAt?.toISOString() ?? null };
  }
}

export class NoticePage {
  @ApiProperty({ type: [NoticeRecordView], description: 'Newest first.' }) items: NoticeRecordView[];
}

export class NoticeWaysInput {
  @ApiPropertyOptional({ enum: NOTICE_CHANNELS, isArray: true, description: 'Left out: as before.' })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(NOTICE_CHANNELS, { each: true })
  channels?: NoticeChannel[];

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'https://example.com/notices',
    description: 'Signed by Standard Webhooks 1.0. `null`: none any more.',
  })
  @IsOptional()
  @IsUrl({ protocols: ['https', 'http'], require_protocol: true, require_tld: false, disallow_auth: true })
  @MaxLength(2048)
  webhookUrl?: string | null;

  @ApiPropertyOptional({ description: 'Draw a new secret for the webhook; the one before ends at once.' })
  @IsOptional()
  @IsBoolean()
  newSecret?: boolean;
}

export class NoticeWaysView {
  @ApiProperty({ enum: NOTICE_CHANNELS, isArray: true }) channels: readonly NoticeChannel[];
  @ApiProperty({ type: String, nullable: true, description: 'Its origin alone: many such addresses hold a secret.' })
  webhook: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'whsec_…', description: 'Shown once, when it was drawn.' })
  webhookSecret: string | null;

  /** The only place where a webhook’s secret leaves. */
  static of({ channels, webhookUrl }: NoticeWays, drawn: Secret | null = null): NoticeWaysView {
    const webhook = webhookUrl === null ? null : new URL(webhookUrl.reveal()).origin;
    return { channels, webhook, webhookSecret: drawn?.reveal() ?? null };
  }
}

const NO_NUL = /^[^\0]*$/;
const placeholders = Object.entries(NOTICE_PLACEHOLDERS)
  .map(([name, meaning]) => `\`{{ ${name} }}\`: ${meaning}`)
  .join('; ');

export class NoticeTemplateInput implements NoticeTemplate {
  @ApiProperty({ maxLength: 200, description: `Placeholders, here and below: ${placeholders}.` })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  @Matches(NO_NUL)
  subject: string;

  @ApiProperty({ maxLength: 20_000, description: 'Must hold `{{ link }}`.' })
  @IsString()
  @MaxLength(20_000)
  @Matches(NO_NUL)
  text: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 100_000,
    description: 'Left out: made from the text. Values are escaped.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(100_000)
  @Matches(NO_NUL)
  html: string | null = null;
}

export class NoticeTemplateView implements NoticeTemplate {
  @ApiProperty() subject: string;
  @ApiProperty() text: string;
  @ApiProperty({ type: String, nullable: true }) html: string | null;
}
