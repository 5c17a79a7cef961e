import { Body, Controller, HttpCode, HttpStatus, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '@lockkeeper/access-control';
import { manifestWarnings } from '@lockkeeper/manifests';
import { rehearse } from '../token-endpoint/rehearsal.js';
import { ApiServices } from './api-services.js';
import { checkParams, exampleParams } from './params.js';
import { DryRunInput, DryRunStepView, DryRunView } from './dry-run.dto.js';

@ApiTags('API services')
@ApiBearerAuth()
@Controller('v1/api-services')
export class DryRunController {
  constructor(private readonly apiServices: ApiServices) {}

  @Post(':slug/dry-run')
  @HttpCode(HttpStatus.OK)
  @Allow('admin', 'operator', 'auditor')
  @ApiOperation({ summary: 'Each request as it would be sent to the provider, secrets masked. Nothing is sent.' })
  @ApiOkResponse({ type: DryRunView })
  async run(@Param('slug') slug: string, @Body() { params, scopes }: DryRunInput): Promise<DryRunView> {
    const apiService = await this.apiServices.get(slug);
    const values = { ...exampleParams(apiService.manifest), ...params };
    checkParams(apiService.manifest, values);
    const target = this.apiServices.target(apiService, { params: values });
    const steps = await rehearse(target, scopes ?? apiService.scopes);
    return {
      slug,
      redirectUri: target.redirectUri,
      steps: steps.map((step) => DryRunStepView.of(step)),
      warnings: manifestWarnings(apiService.manifest),
    };
  }
}
