import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '@lockkeeper/access-control';
import { StatisticsQuery, StatisticsView } from './statistics.dto.js';
import { StatisticsReader } from './statistics.js';

@ApiTags('statistics')
@ApiBearerAuth()
@Controller('v1/statistics')
export class StatisticsController {
  constructor(private readonly statistics: StatisticsReader) {}

  @Get()
  @Allow('admin', 'operator', 'auditor')
  @ApiOperation({ summary: 'How it goes, in numbers: connections by state, clients at fault, rotations over time.' })
  @ApiOkResponse({ type: StatisticsView })
  async read(@Query() { hours }: StatisticsQuery): Promise<StatisticsView> {
    return StatisticsView.of(await this.statistics.read(hours));
  }
}
