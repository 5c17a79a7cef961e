import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';

/** How much of a list is wanted at once. */
export class PageLimit {
  @ApiPropertyOptional({ default: 100, minimum: 1, maximum: 1000 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1000)
  limit: number = 100;
}

/** Which part of a list that is ordered by id. */
export class PageInput extends PageLimit {
  @ApiPropertyOptional({ format: 'uuid', description: 'The last id of the page before.' })
  @IsOptional()
  @IsUUID()
  after?: string;
}
