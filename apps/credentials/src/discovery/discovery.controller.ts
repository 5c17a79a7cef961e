import { Body, Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '@lockkeeper/access-control';
import { DiscoverInput, DiscoveredView } from './discovery.dto.js';
import { Discovery } from './discovery.js';

@ApiTags('API services')
@ApiBearerAuth()
@Controller('v1/api-services')
export class DiscoveryController {
  constructor(private readonly discovery: Discovery) {}

  @Post('discover')
  @HttpCode(HttpStatus.OK)
  @Allow('admin')
  @ApiOperation({ summary: 'What an issuer says of itself, and the manifest that it makes. Nothing is registered.' })
  @ApiOkResponse({ type: DiscoveredView })
  async discover(@Body() { issuer, ...choice }: DiscoverInput): Promise<DiscoveredView> {
    const found = await this.discovery.find(issuer);
    const derived = this.discovery.derive(found.metadata, { ...choice, hasSecret: false, hasCertificate: false });
    return DiscoveredView.of(found, derived);
  }
}
