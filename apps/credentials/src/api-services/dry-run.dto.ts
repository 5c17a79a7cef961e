import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsObject, IsOptional } from 'class-validator';
import type { RehearsedStep } from '../token-endpoint/rehearsal.js';
import { WarningView } from './manifest.dto.js';
import { IsScopes, scopesFrom } from './scopes.js';

const STEPS = [
  'device',
  'push',
  'authorize',
  'exchange',
  'poll',
  'issue',
  'follow_up',
  'refresh',
  'revoke',
  'introspect',
  'test',
] as const;

export class DryRunInput {
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'As a connection would give them; their examples where nothing is said.',
  })
  @IsOptional()
  @IsObject()
  params?: Record<string, string>;

  @ApiPropertyOptional({ type: [String], description: 'Instead of the API service’s scopes.' })
  @IsOptional()
  @Transform(scopesFrom)
  @IsScopes()
  scopes?: string[];
}

export class DryRunRequestView {
  @ApiProperty() method: string;
  @ApiProperty() url: string;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } }) headers: Record<string, string>;
  @ApiProperty({ type: String, nullable: true }) body: string | null;
}

export class DryRunStepView {
  @ApiProperty({ enum: STEPS }) step: (typeof STEPS)[number];
  @ApiProperty({ type: DryRunRequestView, nullable: true, description: 'Every secret is `***`.' })
  request: DryRunRequestView | null;
  @ApiProperty({ type: 'object', nullable: true, additionalProperties: true, description: 'Why it could not be sent.' })
  refused: RehearsedStep['refused'];

  static of({ step, request, refused }: RehearsedStep): DryRunStepView {
    return { step, request: request && { ...request, body: request.body ?? null }, refused };
  }
}

export class DryRunView {
  @ApiProperty() slug: string;
  @ApiProperty() redirectUri: string;
  @ApiProperty({ type: [DryRunStepView], description: 'In the order in which they would be sent.' })
  steps: DryRunStepView[];
  @ApiProperty({ type: [WarningView] }) warnings: WarningView[];
}
