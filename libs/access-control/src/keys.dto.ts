import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsDate, IsNotEmpty, IsOptional, IsString, MaxLength, MinDate } from 'class-validator';
import type { AccessKey } from './access-key.entity.js';
import type { IssuedKey } from './access-keys.js';

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** Whatever isn't a time with its zone stays what it is, and is refused by the check that follows. */
const timeFrom = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' && ISO_TIME.test(value) ? new Date(value) : value;

/** For whatever makes a key. */
export class KeyLifetime {
  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Left out: it doesn’t run out.',
  })
  @IsOptional()
  @Transform(timeFrom)
  @IsDate({ message: 'must be an ISO 8601 time with its zone, such as 2027-01-31T00:00:00Z' })
  @MinDate(() => new Date(), { message: 'must lie in the future' })
  expiresAt?: Date | null;
}

export class KeyInput extends KeyLifetime {
  @ApiProperty({ maxLength: 200, example: 'Ada’s key', description: 'For people, to tell keys apart.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name: string;

  @ApiProperty({ example: 'auditor', description: 'One of this workspace’s roles.' })
  @IsString()
  @MaxLength(50)
  role: string;
}

export class KeyView {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty() name: string;
  @ApiProperty() role: string;
  @ApiProperty({ description: 'Its first characters.', example: 'lkt_AbCd' }) hint: string;
  @ApiProperty({ type: String, nullable: true, format: 'uuid', description: 'Whose key it is, if a consumer’s.' })
  consumerId: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) expiresAt: string | null;
  @ApiProperty({ format: 'date-time' }) createdAt: string;
  @ApiProperty() createdBy: string;

  static of(record: AccessKey): KeyView {
    const { id, name, role, hint, subjectId, expiresAt, createdAt, createdBy } = record;
    const times = { expiresAt: expiresAt?.toISOString() ?? null, createdAt: createdAt.toISOString() };
    return { id, name, role, hint, consumerId: subjectId, ...times, createdBy };
  }
}

export class IssuedKeyView extends KeyView {
  @ApiProperty({ description: 'Shown this once; only its hash is kept.' }) key: string;

  static ofNew({ key, record }: IssuedKey): IssuedKeyView {
    return { ...KeyView.of(record), key };
  }
}

export class KeyPage {
  @ApiProperty({ type: [KeyView], description: 'Oldest first.' }) items: KeyView[];
}
