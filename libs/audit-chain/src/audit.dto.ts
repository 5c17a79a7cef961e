import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PageLimit } from '@lockkeeper/doors';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsISO8601, IsNumberString, IsOptional, IsString, Matches, MaxLength, Min } from 'class-validator';
import type { AuditEntry, AuditOutcome } from './audit-entry.entity.js';
import type { SignedHead } from './audit-heads.js';
import type { Workspace } from './chain.js';
import type { KnownBreak } from './chain-watch.js';
import type { FindingKind } from './export-check.js';

const OUTCOMES = ['done', 'refused', 'failed'] as const;

export class AuditListQuery extends PageLimit {
  @ApiPropertyOptional({ description: 'Only entries older than this `seq`: the next page.' })
  @IsOptional()
  @IsNumberString({ no_symbols: true })
  @MaxLength(19)
  before?: string;

  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(100) objectType?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(200) objectId?: string;
  @ApiPropertyOptional({ description: '`connection.revoked`, or with `connection.*` all of its kind.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  action?: string;
  @ApiPropertyOptional({
    description:
      '`key:<id>`, `consumer:<id>`, `person:<issuer>#<subject>` (who signed in), `subject:<issuer>#<subject>` (who came with a token), `end_user`, `scheduler`, `system`, `anonymous`',
  })
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  actor?: string;
  @ApiPropertyOptional({ enum: OUTCOMES }) @IsOptional() @IsIn(OUTCOMES) outcome?: AuditOutcome;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(128) requestId?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(45) sourceAddress?: string;
  @ApiPropertyOptional({ format: 'date-time', description: 'Not older than this.' })
  @IsOptional()
  @IsISO8601()
  since?: string;
  @ApiPropertyOptional({ format: 'date-time', description: 'Older than this.' })
  @IsOptional()
  @IsISO8601()
  until?: string;
}

export class AuditExportQuery {
  @ApiPropertyOptional({ default: 0, minimum: 0, description: 'Only what comes after this position of the chain.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  after: number = 0;
}

export class AuditHeadView implements SignedHead {
  @ApiProperty({ enum: ['credentials', 'access-tokens'] }) workspace: Workspace;
  @ApiProperty({ description: 'How many entries are chained.' }) position: number;
  @ApiProperty({ description: 'SHA-256, hex, over all of them.' }) hash: string;
  @ApiProperty({ format: 'date-time' }) at: string;
  @ApiProperty({ description: 'A compact JWS (EdDSA) over the four members above.' }) statement: string;
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The public keys, as a JWK set.' })
  keys: SignedHead['keys'];
}

export class AuditEntryView {
  @ApiProperty() seq: string;
  @ApiProperty({ format: 'date-time' }) at: string;
  @ApiProperty() actor: string;
  @ApiProperty() action: string;
  @ApiProperty() objectType: string;
  @ApiProperty() objectId: string;
  @ApiProperty({ enum: OUTCOMES }) outcome: AuditOutcome;
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

const BREAKS = ['altered', 'gone', 'missing', 'truncated', 'rewritten'] as const satisfies FindingKind[];

export class AcknowledgementView {
  @ApiProperty({ description: 'The actor, as the log has it.' }) by: string;
  @ApiProperty({ format: 'date-time' }) at: string;
  @ApiProperty() reason: string;
}

export class AuditBreakView {
  @ApiProperty({ description: 'Names the place and how it is broken: changed once more, it has another one.' })
  mark: string;
  @ApiProperty() position: number;
  @ApiProperty({ enum: BREAKS }) kind: FindingKind;
  @ApiProperty() detail: string;
  @ApiProperty({ format: 'date-time', description: 'When this replica found it.' }) since: string;
  @ApiProperty({ type: AcknowledgementView, nullable: true }) acknowledged: AcknowledgementView | null;

  static of({ mark, position, kind, detail, since, acknowledged }: KnownBreak): AuditBreakView {
    const word = acknowledged && { by: acknowledged.by, at: acknowledged.at, reason: acknowledged.reason };
    return { mark, position, kind, detail, since: since.toISOString(), acknowledged: word };
  }
}

export class AuditBreaks {
  @ApiProperty({ type: [AuditBreakView] }) items: AuditBreakView[];
}

export class AcknowledgeBreak {
  @ApiProperty({ maxLength: 1000, description: 'What was found out about it, for whoever verifies the log. One line.' })
  @IsString()
  @MaxLength(1000)
  @Matches(/^(?=.*\S)\P{C}+$/u, { message: 'reason must be one line of text' })
  reason: string;
}
