import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsDefined,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  Validate,
  ValidateIf,
  ValidatorConstraint,
  type ValidatorConstraintInterface,
} from 'class-validator';
import { IsTokenName } from '../access-tokens/token-name.js';
import { SLUG } from '../consumers/connection-path.dto.js';
import { LONGEST_DEADLINE_SECONDS } from './call-options.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** RFC 9110 sections 5.1 and 5.5: a token; and no line breaks, which would begin another header. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

@ValidatorConstraint({ name: 'headerFields' })
class HeaderFields implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    return Object.entries(value).every(
      ([name, text]) => HEADER_NAME.test(name) && typeof text === 'string' && HEADER_VALUE.test(text),
    );
  }

  defaultMessage(): string {
    return 'must be an object of header names and texts without line breaks';
  }
}

export class RequestInput {
  @ApiProperty({ example: 'sandbox' })
  @Matches(SLUG, { message: 'must be an API service’s slug' })
  apiService: string;

  @ApiProperty({ example: 'ada@example.com' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(512)
  @Matches(/^[^\0]*$/, { message: 'must not hold a NUL character' })
  user: string;

  @ApiPropertyOptional({
    example: 'user',
    description: 'Which of several tokens travels; the connection’s own if not told.',
  })
  @IsOptional()
  @IsTokenName()
  token?: string;

  @ApiPropertyOptional({ enum: METHODS, default: 'GET' })
  @IsOptional()
  @IsIn(METHODS)
  method: string = 'GET';

  @ApiProperty({ example: '/api/notes?limit=1', description: 'Absolute, or path and query below the first base URL.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(8192)
  url: string;

  @ApiPropertyOptional({ type: Object, additionalProperties: { type: 'string' } })
  @IsOptional()
  @Validate(HeaderFields)
  headers?: Record<string, string>;

  @ApiPropertyOptional({ description: 'Any JSON value; sent as `application/json`. Not together with `body`.' })
  @ValidateIf(({ json }: RequestInput) => json !== undefined)
  @IsDefined()
  json?: unknown;

  @ApiPropertyOptional({ description: 'Text, sent as it is. Name its type in `headers`.' })
  @IsOptional()
  @IsString()
  body?: string;

  @ApiPropertyOptional({ description: 'A member’s name. Not together with `jsonPath`.', example: 'id' })
  @IsOptional()
  @IsString()
  @MaxLength(512)
  find?: string;

  @ApiPropertyOptional({ description: 'RFC 9535.', example: '$.notes[0].id' })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  jsonPath?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: LONGEST_DEADLINE_SECONDS, description: 'Until the answer begins.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(LONGEST_DEADLINE_SECONDS)
  deadlineSeconds?: number;
}

export class RequestAnswer {
  @ApiProperty({ description: 'The API’s own.' }) status: number;
  @ApiProperty({ type: Object, additionalProperties: { type: 'string' } }) headers: Record<string, string>;
  @ApiProperty({ description: 'See `encoding`. Null if there was none.', nullable: true, type: Object }) body: unknown;
  @ApiProperty({ enum: ['json', 'text', 'base64'], description: 'What `body` is: the value, or the text of it.' })
  encoding: 'json' | 'text' | 'base64';
  @ApiProperty({ description: 'Null if nothing was found, or looked for.', nullable: true, type: Object })
  found: unknown;
  @ApiProperty({ description: 'How many requests went out.' }) attempts: number;
  @ApiProperty({ description: 'Of the token that was answered.' }) tokenVersion: number;
}
