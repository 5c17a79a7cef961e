import { Body, Controller, Get, Param, Patch, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '@lockkeeper/access-control';
import { ApiServiceAmendment, ApiServiceInput, ApiServiceList, ApiServiceView } from './api-service.dto.js';
import type { ApiService } from './api-service.entity.js';
import { ApiServices } from './api-services.js';

@ApiTags('API services')
@ApiBearerAuth()
@Controller('v1/api-services')
export class ApiServicesController {
  constructor(private readonly apiServices: ApiServices) {}

  @Post()
  @Allow('admin')
  @ApiOperation({ summary: 'Register an API service: five fields, a catalogue entry, or a manifest.' })
  @ApiCreatedResponse({ type: ApiServiceView })
  async register(@Body() input: ApiServiceInput): Promise<ApiServiceView> {
    return this.view(await this.apiServices.register(input));
  }

  @Get()
  @Allow('admin', 'operator', 'auditor')
  @ApiOperation({ summary: 'All API services, by slug.' })
  @ApiOkResponse({ type: ApiServiceList })
  async list(): Promise<ApiServiceList> {
    return { items: (await this.apiServices.list()).map((apiService) => this.view(apiService)) };
  }

  @Get(':slug')
  @Allow('admin', 'operator', 'auditor')
  @ApiOperation({ summary: 'One API service, its manifest and its client’s health; never its secret.' })
  @ApiOkResponse({ type: ApiServiceView })
  async get(@Param('slug') slug: string): Promise<ApiServiceView> {
    return this.view(await this.apiServices.get(slug));
  }

  @Patch(':slug')
  @Allow('admin')
  @ApiOperation({ summary: 'Change it; a new secret counts from the next request on.' })
  @ApiOkResponse({ type: ApiServiceView })
  async amend(@Param('slug') slug: string, @Body() amendment: ApiServiceAmendment): Promise<ApiServiceView> {
    return this.view(await this.apiServices.amend(slug, amendment));
  }

  private view(apiService: ApiService): ApiServiceView {
    return ApiServiceView.of(apiService, this.apiServices.redirectUri(apiService));
  }
}
