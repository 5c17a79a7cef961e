import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsBooleanString,
  IsIn,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
} from 'class-validator';
import type { Manifest } from '@lockkeeper/manifests';
import { ApiServiceView, SLUG } from '../api-services/api-service.dto.js';
import { WarningView } from '../api-services/manifest.dto.js';
import { MOST_LINES } from './token-lines.js';

/** A ChiefOnboarding manifest with what its form asks for; or tokens, as objects or as CSV. */
export class ImportInput {
  @ApiPropertyOptional({ example: 'google', description: 'With `manifest`: what the API service is called here.' })
  @IsOptional()
  @Matches(SLUG)
  slug?: string;

  @ApiPropertyOptional() @IsOptional() @IsString() @IsNotEmpty() @MaxLength(200) name?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'A ChiefOnboarding manifest, as it is.',
  })
  @IsOptional()
  @IsObject()
  manifest?: Record<string, unknown>;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    writeOnly: true,
    description:
      'What its initial_data_form is filled in with, by id: the client’s id and secret, further secrets that its token requests send, and whatever is no secret.',
  })
  @IsOptional()
  @IsObject()
  values?: Record<string, unknown>;

  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'object' },
    writeOnly: true,
    description:
      'Tokens obtained elsewhere: `{apiService, user, accessToken, refreshToken?, expiresAt?, scope?}` each.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_LINES)
  tokens?: unknown[];

  @ApiPropertyOptional({
    writeOnly: true,
    description: 'The same as CSV, with these names in its first line. Or send it as text/csv.',
  })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  csv?: string;
}

export class ImportQuery {
  @ApiPropertyOptional({ type: Boolean, description: 'Tell what would happen, and do nothing.' })
  @IsOptional()
  @IsBooleanString()
  dryRun?: string;

  @ApiPropertyOptional({
    enum: ['line', 'all'],
    description: 'Of tokens: each line by itself (the default), or all of them or none.',
  })
  @IsOptional()
  @IsIn(['line', 'all'])
  transaction?: 'line' | 'all';
}

export class ImportNoteView {
  @ApiProperty({ description: 'RFC 6901: where it stood in what was imported.' }) pointer: string;
  @ApiProperty() note: string;
}

export class ImportLineView {
  @ApiProperty({ description: 'From 1 on; of CSV, its first line of values.' }) line: number;
  @ApiProperty({ type: String, nullable: true }) apiService: string | null;
  @ApiProperty({ type: String, nullable: true }) user: string | null;
  @ApiProperty({
    enum: ['connected', 'reconnected', 'refused'],
    description: '`reconnected`: the connection was there, without a token.',
  })
  outcome: 'connected' | 'reconnected' | 'refused';
  @ApiProperty({ type: [String], description: 'Why it was refused.' }) problems: string[];
  @ApiProperty({ type: String, nullable: true, format: 'uuid' }) connectionId: string | null;
}

export class ImportView {
  @ApiProperty() dryRun: boolean;
  @ApiProperty({
    type: ApiServiceView,
    nullable: true,
    description: 'What was registered; null of tokens, and of a dry run.',
  })
  apiService: ApiServiceView | null;
  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: true,
    description: 'The manifest as it is here.',
  })
  manifest: Manifest | null;
  @ApiProperty({ type: String, nullable: true, description: 'Register exactly this address at the provider.' })
  redirectUri: string | null;
  @ApiProperty({ type: [ImportNoteView], description: 'What is otherwise than it was.' }) notes: ImportNoteView[];
  @ApiProperty({ type: [WarningView] }) warnings: WarningView[];
  @ApiProperty({ type: [ImportLineView], description: 'Of tokens: line by line.' }) lines: ImportLineView[];
}
