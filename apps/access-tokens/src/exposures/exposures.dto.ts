import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PageLimit } from '@lockkeeper/doors';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsDate, IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';
import type { Exposure, ExposureQuery } from './exposures.js';

const truth = ({ value }: { value: unknown }): unknown => (value === 'true' ? true : value === 'false' ? false : value);

export class ExposureListQuery extends PageLimit implements ExposureQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'Who got this connection’s tokens.' })
  @IsOptional()
  @IsUUID()
  connection?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'What this consumer got.' })
  @IsOptional()
  @IsUUID()
  consumer?: string;

  @ApiPropertyOptional({ minimum: 0, description: 'Only this version of the tokens.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(2_147_483_647)
  version?: number;

  @ApiPropertyOptional({ description: '`true`: only versions that have been replaced by now.' })
  @IsOptional()
  @Transform(truth)
  @IsBoolean()
  superseded?: boolean;

  @ApiPropertyOptional({ format: 'date-time', description: 'Only what was read last at this time or later.' })
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  since?: Date;

  @ApiPropertyOptional({ format: 'date-time', description: 'Only what was read last before this time: the next page.' })
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  before?: Date;
}

export class ExposureView {
  @ApiProperty({ format: 'uuid' }) connectionId: string;
  @ApiProperty({ type: String, nullable: true }) apiService: string | null;
  @ApiProperty({ type: String, nullable: true }) user: string | null;
  @ApiProperty({ description: 'Of the token that was handed out.' }) version: number;
  @ApiProperty({ type: Number, nullable: true, description: 'The connection’s newest version now.' })
  currentVersion: number | null;
  @ApiProperty({ format: 'uuid' }) consumerId: string;
  @ApiProperty({ type: String, nullable: true, description: 'Null if the consumer was removed.' })
  consumerName: string | null;
  @ApiProperty({ format: 'date-time', description: 'Written before the token left.' }) firstAt: string;
  @ApiProperty({ format: 'date-time', description: 'Up to a second behind.' }) lastAt: string;
  @ApiProperty({ description: 'How often it was handed out. Up to a second behind.' }) reads: number;

  static of(exposure: Exposure): ExposureView {
    const { firstAt, lastAt, reads, ...rest } = exposure;
    return { ...rest, firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString(), reads: Number(reads) };
  }
}

export class ExposurePage {
  @ApiProperty({ type: [ExposureView], description: 'Last read first.' }) items: ExposureView[];
}
