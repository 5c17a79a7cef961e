import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, Matches, MaxLength } from 'class-validator';

export const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** The two path segments that name a connection. */
export class ConnectionPath {
  @ApiProperty({ example: 'sandbox', description: 'The API service’s slug.' })
  @Matches(SLUG, { message: 'must be an API service’s slug' })
  apiService: string;

  @ApiProperty({
    example: 'ada@example.com',
    description:
      'The user’s id, percent-encoded: any text, slashes and spaces included (but for `.` and `..`, which no URL can carry).',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(512)
  @Matches(/^[^\0]*$/, { message: 'must not hold a NUL character' })
  user: string;
}
