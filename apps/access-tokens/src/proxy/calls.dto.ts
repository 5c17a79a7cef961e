import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';
import type { CallAttempt, CallTrace } from './call-trace.js';
import { KEPT_CALLS } from './call-traces.js';

export class CallQuery {
  @ApiProperty({ format: 'uuid', description: 'The connection’s id, as GET /v1/tokens tells it.' })
  @IsUUID()
  connection: string;

  @ApiPropertyOptional({ default: KEPT_CALLS, minimum: 1, maximum: KEPT_CALLS })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(KEPT_CALLS)
  limit: number = KEPT_CALLS;
}

const HEADERS = { type: Object, additionalProperties: { type: 'string' } };

export class AttemptView implements CallAttempt {
  @ApiProperty() tokenVersion: number;
  @ApiProperty({ type: Number, nullable: true, description: 'Null if no answer began.' }) status: number | null;
  @ApiProperty({ type: String, nullable: true, description: 'Why no answer began.' }) problem: string | null;
  @ApiProperty({ description: 'Until the answer began.' }) durationMs: number;
}

export class CallView {
  @ApiProperty({ format: 'uuid' }) connectionId: string;
  @ApiProperty({ format: 'uuid' }) consumerId: string;
  @ApiProperty({ type: String, nullable: true }) requestId: string | null;
  @ApiProperty({ format: 'date-time' }) startedAt: string;
  @ApiProperty() method: string;
  @ApiProperty({ description: 'Values of the query are masked.' }) url: string;
  @ApiProperty(HEADERS) requestHeaders: Record<string, string>;
  @ApiProperty({ type: [AttemptView] }) attempts: CallAttempt[];
  @ApiProperty(HEADERS) answerHeaders: Record<string, string>;
  @ApiProperty({ type: Number, nullable: true, description: 'The API’s.' }) status: number | null;
  @ApiProperty({ type: String, nullable: true, description: 'What the caller was told instead.' })
  problem: string | null;
  @ApiProperty({ description: 'Whether the answer was handed over to its end.' }) complete: boolean;
  @ApiProperty({ description: 'From the first attempt to the end of the answer.' }) durationMs: number;

  static of(trace: CallTrace): CallView {
    return { ...trace, startedAt: trace.startedAt.toISOString() };
  }
}

export class CallPage {
  @ApiProperty({ type: [CallView] }) items: CallView[];
}
