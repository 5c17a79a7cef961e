import type { ExposuresQuery } from '@lockkeeper/contracts';
import { ArrayMaxSize, IsArray, IsInt, IsISO8601, IsOptional, IsUUID, Matches, Max, Min } from 'class-validator';

const MOST_CONNECTIONS = 5000;
const UUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';

export class ExposuresQueryInput implements ExposuresQuery {
  @IsOptional() @IsArray() @ArrayMaxSize(MOST_CONNECTIONS) @IsUUID(undefined, { each: true }) connectionIds?: string[];
  @IsOptional() @IsUUID() consumer?: string;
  @IsOptional() @IsISO8601() since?: string;
  @IsOptional() @IsISO8601() until?: string;
  @IsOptional() @Matches(new RegExp(`^${UUID} ${UUID}$`)) after?: string;
  @IsInt() @Min(1) @Max(2000) limit: number;
}
