import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ConnectionStatus, NoticeReply, RefreshOutcome, RefreshReply } from '@lockkeeper/contracts';
import { IsInt, IsNotEmpty, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';

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
