import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { ConnectionCountsView } from '../connections/connection-list.dto.js';
import type { RotationCount, Statistics } from './statistics.js';

export class StatisticsQuery {
  @ApiPropertyOptional({ default: 24, minimum: 1, maximum: 168, description: 'How far back the rotations go.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(168)
  hours: number = 24;
}

export class RotationCountView {
  @ApiProperty({
    format: 'date-time',
    description: 'When this stretch of time began; it ends where the next one begins.',
  })
  from: string;
  @ApiProperty() rotated: number;
  @ApiProperty({ description: 'Refused, failed or undecided refreshes.' }) failed: number;

  static of({ from, rotated, failed }: RotationCount): RotationCountView {
    return { from: from.toISOString(), rotated, failed };
  }
}

export class StatisticsView {
  @ApiProperty({ type: ConnectionCountsView }) connections: ConnectionCountsView;
  @ApiProperty({ description: 'API services whose provider refuses our client, or that are frozen.' })
  clientsAtFault: number;
  @ApiProperty({ description: 'Requests to reauthorize that nobody has followed yet.' }) openNotices: number;
  @ApiProperty({ type: [RotationCountView], description: 'Oldest first, without gaps.' })
  rotations: RotationCountView[];

  static of({ connections, clientsAtFault, openNotices, rotations }: Statistics): StatisticsView {
    return {
      connections: ConnectionCountsView.of(connections),
      clientsAtFault,
      openNotices,
      rotations: rotations.map((count) => RotationCountView.of(count)),
    };
  }
}
