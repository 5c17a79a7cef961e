import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, ApiProblems } from '@lockkeeper/doors';
import { ADMIN, AUDITOR } from '../access/roles.js';
import { ExposureListQuery, ExposurePage, ExposureView } from './exposures.dto.js';
import { Exposures } from './exposures.js';

@ApiTags('exposures')
@ApiBearerAuth()
@Controller('v1/exposures')
export class ExposuresController {
  constructor(private readonly exposures: Exposures) {}

  @Get()
  @Allow(ADMIN, AUDITOR)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Who got which version of which token, since when, how often.',
    description: `Written down before a token leaves for the first time: what is not here was not handed out. With \`superseded=true\` and
\`since\`: who still reads an old version. Calls through the proxy are not among them, because the consumer never sees their token.`,
  })
  @ApiOkResponse({ type: ExposurePage })
  @ApiProblems({ 400: '`input_invalid`', 401: '`key_required`', 403: '`role_refused`' })
  async list(@Query() query: ExposureListQuery): Promise<ExposurePage> {
    return { items: (await this.exposures.list(query)).map((exposure) => ExposureView.of(exposure)) };
  }
}
