import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { NoticePassage } from '@lockkeeper/contracts';
import { PageInput } from '@lockkeeper/doors';
import { IsIn, IsOptional, IsString, IsUUID, Matches, MaxLength } from 'class-validator';
import { SLUG } from '../consumers/connection-path.dto.js';
import { NOTICE_STATES, type Notice, type NoticeQuery, type NoticeState } from './notice-list.js';

const CAUSES = ['reauthorization_required', 'expiring', 'requested'] as const;
const CHANNELS = ['email', 'webhook', 'event'] as const;
const PASSAGES = ['pending', 'delivered', 'failed', 'skipped', 'cancelled'] as const;
const INSTANT = { type: String, nullable: true, format: 'date-time' } as const;

export class NoticeListQuery extends PageInput implements NoticeQuery {
  @ApiPropertyOptional({ enum: NOTICE_STATES, description: '`sent`: it went out, and nobody acted on it yet.' })
  @IsOptional()
  @IsIn(NOTICE_STATES)
  state?: NoticeState;

  @ApiPropertyOptional({ example: 'sandbox' }) @IsOptional() @Matches(SLUG) apiService?: string;

  @ApiPropertyOptional({ example: 'ada@example.com' })
  @IsOptional()
  @IsString()
  @MaxLength(512)
  @Matches(/^[^\0]*$/)
  user?: string;

  @ApiPropertyOptional({ format: 'uuid' }) @IsOptional() @IsUUID() connection?: string;
}

export class NoticePassageView implements NoticePassage {
  @ApiProperty({ enum: CHANNELS }) channel: NoticePassage['channel'];
  @ApiProperty({ enum: PASSAGES, description: '`skipped`: this way is wanted, and can’t be gone.' })
  status: NoticePassage['status'];
  @ApiProperty(INSTANT) settledAt: string | null;
}

export class NoticeRecordView {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ format: 'uuid' }) connectionId: string;
  @ApiProperty() apiService: string;
  @ApiProperty() user: string;
  @ApiProperty({ enum: CAUSES }) cause: Notice['cause'];
  @ApiProperty({ description: 'In plain words.' }) reason: string;
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'consumer:0b0f…',
    description: 'To a consumer only itself is named.',
  })
  requestedBy: string | null;
  @ApiProperty({ enum: NOTICE_STATES }) state: NoticeState;
  @ApiProperty({ format: 'date-time' }) openedAt: string;
  @ApiProperty({ ...INSTANT, description: 'When it first reached somebody by mail or webhook.' }) sentAt: string | null;
  @ApiProperty({ type: [NoticePassageView], description: 'What became of it, by each way: its newest sending.' })
  channels: NoticePassage[];
  @ApiProperty(INSTANT) closedAt: string | null;
  @ApiProperty({ type: String, nullable: true, description: '`reauthorized` or `revoked`; null if that is not known.' })
  closedBecause: Notice['closedBecause'];

  static of({ openedAt, sentAt, closedAt, ...notice }: Notice): NoticeRecordView {
    const times = { openedAt: openedAt.toISOString(), sentAt: sentAt?.toISOString() ?? null };
    return { ...notice, ...times, closedAt: closedAt?.toISOString() ?? null };
  }
}

export class NoticePage {
  @ApiProperty({ type: [NoticeRecordView], description: 'Newest first.' }) items: NoticeRecordView[];
}
