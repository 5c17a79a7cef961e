import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PageLimit } from '@lockkeeper/doors';
import { IsNumberString, IsOptional, IsString, MaxLength } from 'class-validator';
import type { AuditEntry, AuditOutcome } from './audit-entry.entity.js';

export class AuditListQuery extends PageLimit {
  @ApiPropertyOptional({ description: 'Only entries older than this `seq`: the next page.' })
  @IsOptional()
  @IsNumberString({ no_symbols: true })
  @MaxLength(19)
  before?: string;

  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(200) objectId?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(100) action?: string;
}

export class AuditEntryView {
  @ApiProperty() seq: string;
  @ApiProperty({ format: 'date-time' }) at: string;
  @ApiProperty() actor: string;
  @ApiProperty() action: string;
  @ApiProperty() objectType: string;
  @ApiProperty() objectId: string;
  @ApiProperty({ enum: ['done', 'refused', 'failed'] }) outcome: AuditOutcome;
  @ApiProperty({ type: String, nullable: true }) requestId: string | null;
  @ApiProperty({ type: String, nullable: true }) sourceAddress: string | null;
  @ApiProperty({ type: 'object', additionalProperties: true }) details: Record<string, unknown>;

  static of(entry: AuditEntry): AuditEntryView {
    return { ...entry, at: entry.at.toISOString() };
  }
}

export class AuditPage {
  @ApiProperty({ type: [AuditEntryView] }) items: AuditEntryView[];
}
