import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ConnectionStatus } from '@lockkeeper/contracts';
import { PageInput } from '@lockkeeper/doors';
import { IsIn, IsNotEmpty, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { SLUG } from '../api-services/api-service.dto.js';
import { ConnectionView, STATUSES } from './connection.dto.js';
import { type ConnectionSort, type ListedPage, SORTS } from './connection-list.js';

const USER_LENGTH = 512;
const NO_NUL = { message: 'must not hold a NUL character' };

export class ConnectionListQuery extends PageInput {
  @ApiPropertyOptional() @IsOptional() @Matches(SLUG) apiService?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(USER_LENGTH) user?: string;
  @ApiPropertyOptional({ enum: STATUSES }) @IsOptional() @IsIn(STATUSES) status?: ConnectionStatus;

  @ApiPropertyOptional({ description: 'Part of the user, in any case of letters.' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(USER_LENGTH)
  @Matches(/^[^\0]*$/, NO_NUL)
  search?: string;

  @ApiPropertyOptional({
    enum: SORTS,
    default: 'id',
    description: '`care`: who needs a person first, then who is in trouble, then who dies soonest.',
  })
  @IsOptional()
  @IsIn(SORTS)
  sort: ConnectionSort = 'id';

  @ApiPropertyOptional({ description: 'The `nextCursor` of the page before, with the same `sort`.' })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  cursor?: string;
}

export class ConnectionPage {
  @ApiProperty({ type: [ConnectionView] }) items: ConnectionView[];
  @ApiProperty({ type: String, nullable: true, description: 'For the next page; null at the end.' })
  nextCursor: string | null;

  static of({ items, nextCursor }: ListedPage): ConnectionPage {
    return { items: items.map((belonging) => ConnectionView.of(belonging)), nextCursor };
  }
}

export class ConnectionCountsQuery {
  @ApiPropertyOptional() @IsOptional() @Matches(SLUG) apiService?: string;
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(USER_LENGTH)
  @Matches(/^[^\0]*$/, NO_NUL)
  search?: string;
}

export class ConnectionCountsView implements Record<ConnectionStatus, number> {
  @ApiProperty() pending: number;
  @ApiProperty() active: number;
  @ApiProperty() refresh_failing: number;
  @ApiProperty() reauthorization_required: number;
  @ApiProperty() revoked: number;

  static of(counts: Partial<Record<ConnectionStatus, number>>): ConnectionCountsView {
    return { pending: 0, active: 0, refresh_failing: 0, reauthorization_required: 0, revoked: 0, ...counts };
  }
}
