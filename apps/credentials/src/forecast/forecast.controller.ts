import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '@lockkeeper/access-control';
import { ForecastQuery, ForecastView } from './forecast.dto.js';
import { Forecast } from './forecast.js';

@ApiTags('forecast')
@ApiBearerAuth()
@Controller('v1/forecast')
export class ForecastController {
  constructor(private readonly forecast: Forecast) {}

  @Get()
  @Allow('admin', 'operator', 'auditor')
  @ApiOperation({
    summary:
      'Which connections die when if nothing happens, and why; a page at a time, or counted by week, cause or API service.',
  })
  @ApiOkResponse({ type: ForecastView })
  look(@Query() query: ForecastQuery): Promise<ForecastView> {
    return this.forecast.look(query);
  }
}
