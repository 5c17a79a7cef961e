import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '@lockkeeper/access-control';
import { Catalogue } from '@lockkeeper/manifests';
import { ApiServices } from './api-services.js';
import { CatalogueEntryView, CatalogueQuery, CatalogueView } from './catalogue.dto.js';

@ApiTags('manifests')
@ApiBearerAuth()
@Controller('v1/catalogue')
export class CatalogueController {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly apiServices: ApiServices,
  ) {}

  @Get()
  @Allow('admin', 'operator', 'auditor')
  @ApiOperation({ summary: 'The API services that can be registered by name, with what each asks for.' })
  @ApiOkResponse({ type: CatalogueView })
  search(@Query() { q }: CatalogueQuery): CatalogueView {
    const found = this.catalogue.search(q ?? '');
    return { items: found.map((entry) => CatalogueEntryView.of(entry, this.apiServices.redirectUri(entry))) };
  }
}
