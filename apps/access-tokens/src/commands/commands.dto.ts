import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ConnectionStatus, NoticeReply, RefreshOutcome, RefreshReply } from '@lockkeeper/contracts';
import {
  IsIn,
  ArrayMaxSize,
  IsArray,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { IsTokenName } from '../access-tokens/token-name.js';
import type { ReportOutcome } from './token-reports.js';

/** RFC 6749 section 3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/;
const OUTCOMES = ['rotated', 'already_rotated', 'in_progress', 'not_refreshable', 'failed'] as const;
const STATUSES = ['pending', 'active', 'refresh_failing', 'reauthorization_required', 'revoked'] as const;

export class RefreshInput {
  @ApiProperty({
    minimum: 0,
    example: 7,
    description: 'The version that you hold. If there is a newer one already, that is the answer.',
  })
  @IsInt()
  @Min(0)
  @Max(2_147_483_647)
  supersedes: number;

  @ApiPropertyOptional({ example: 'user', description: 'Which of several tokens; the connection’s own if not told.' })
  @IsOptional()
  @IsTokenName()
  token?: string;

  @ApiPropertyOptional({
    type: [String],
    description:
      'Scopes that the token has to have. Where one of them was never granted, nothing is refreshed, since no refresh widens a grant: the user is asked to reauthorize.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @Matches(SCOPE, {
    each: true,
    message: 'each scope must be visible ASCII without spaces, quotation marks or backslashes',
  })
  scopes?: string[];
}

export class RefreshView implements RefreshReply {
  @ApiProperty({
    enum: OUTCOMES,
    description:
      '`rotated`: a newer token exists now; `already_rotated`: it existed before; `in_progress`: it was being refreshed and the deadline came first; ' +
      '`not_refreshable`: the user has to reauthorize; `failed`: the provider or the network failed, it will be tried again.',
  })
  outcome: RefreshOutcome;
  @ApiProperty({ format: 'uuid' }) connectionId: string;
  @ApiProperty({ enum: STATUSES }) status: ConnectionStatus;
  @ApiProperty() version: number;
  @ApiProperty({ type: String, nullable: true, description: 'What to do, where the outcome isn’t a newer token.' })
  hint: string | null;
  @ApiProperty({ type: Number, nullable: true, description: 'When asking again makes sense.' }) retryAfterSeconds:
    number | null;
  @ApiProperty({ description: 'Whether a version newer than `supersedes` can be read here now.' }) readable: boolean;
}

const REASONS = ['rejected', 'exposed'] as const;

export class ReportInput {
  @ApiProperty({ minimum: 1, example: 7, description: 'Of the token that the report is about.' })
  @IsInt()
  @Min(1)
  @Max(2_147_483_647)
  version: number;

  @ApiProperty({ enum: REASONS })
  @IsIn(REASONS)
  reason: (typeof REASONS)[number];

  @ApiPropertyOptional({
    example: 'user',
    description:
      'Which of several tokens was rejected; the connection’s own if not told. Where one may be exposed, all that it had then are replaced.',
  })
  @IsOptional()
  @IsTokenName()
  token?: string;
}

export class ReportView implements ReportOutcome {
  @ApiProperty({
    enum: [...OUTCOMES, 'ordered', 'revoked'],
    description:
      'As of POST …/refresh; `ordered`: it is being revoked and replaced; `revoked`: the whole connection was.',
  })
  outcome: ReportOutcome['outcome'];
  @ApiProperty({ format: 'uuid' }) connectionId: string;
  @ApiProperty({ enum: STATUSES }) status: ConnectionStatus;
  @ApiProperty({ description: 'The newest one.' }) version: number;
  @ApiProperty({ type: String, nullable: true }) hint: string | null;
  @ApiProperty({ type: Number, nullable: true }) retryAfterSeconds: number | null;
  @ApiProperty({ description: 'Whether a newer version can be read here now.' }) readable: boolean;
}

export class NoticeInput {
  @ApiPropertyOptional({ maxLength: 500, description: 'Shown to the user: why it is asked for.' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  @Matches(/^[^\0]*$/, { message: 'must not hold a NUL character' })
  reason?: string;
}

export class NoticeView implements NoticeReply {
  @ApiProperty({ format: 'uuid' }) noticeId: string;
  @ApiProperty({ description: 'False if a notice for the same connection was open already.' }) created: boolean;
}
