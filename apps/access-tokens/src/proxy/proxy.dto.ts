import { ApiHideProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { ConnectionPath } from '../consumers/connection-path.dto.js';

export const LONGEST_PATH = 8192;

/** `*` is what stands behind the user, decoded. It is only measured: what is passed on is read from the URL as it was written. */
export class ProxyPath extends ConnectionPath {
  @ApiHideProperty()
  @IsString()
  @MaxLength(LONGEST_PATH)
  '*': string;
}
