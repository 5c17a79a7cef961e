import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '@lockkeeper/access-control';
import { DecisionInput, PinnedView } from './discovery.dto.js';
import { EndpointConsent } from './endpoint-consent.js';
import { IssuerWatch } from './issuer-watch.js';

@ApiTags('API services')
@ApiBearerAuth()
@Controller('v1/api-services/:slug/discovery')
export class PinnedController {
  constructor(
    private readonly consent: EndpointConsent,
    private readonly watch: IssuerWatch,
  ) {}

  @Get()
  @Allow('admin', 'operator', 'auditor')
  @ApiOperation({ summary: 'What its issuer said when it was agreed to, when it was seen last, and what has changed.' })
  @ApiOkResponse({ type: PinnedView })
  get(@Param('slug') slug: string): Promise<PinnedView> {
    return this.view(slug);
  }

  @Post('look')
  @HttpCode(HttpStatus.OK)
  @Allow('admin', 'operator')
  @ApiOperation({ summary: 'Look at its issuer’s metadata now. A changed endpoint freezes the API service.' })
  @ApiOkResponse({ type: PinnedView })
  async look(@Param('slug') slug: string): Promise<PinnedView> {
    const { issuer } = await this.consent.of(slug);
    await this.watch.look(issuer.issuer);
    return this.view(slug);
  }

  @Post('accept')
  @HttpCode(HttpStatus.OK)
  @Allow('admin')
  @ApiOperation({ summary: 'Send requests to the changed endpoints from now on, for all API services of the issuer.' })
  @ApiOkResponse({ type: PinnedView })
  async accept(@Param('slug') slug: string, @Body() { proposal }: DecisionInput): Promise<PinnedView> {
    await this.consent.accept(slug, proposal);
    return this.view(slug);
  }

  @Post('refuse')
  @HttpCode(HttpStatus.OK)
  @Allow('admin')
  @ApiOperation({ summary: 'Go on with the endpoints that were agreed to; the refused change freezes nothing again.' })
  @ApiOkResponse({ type: PinnedView })
  async refuse(@Param('slug') slug: string, @Body() { proposal }: DecisionInput): Promise<PinnedView> {
    await this.consent.refuse(slug, proposal);
    return this.view(slug);
  }

  private async view(slug: string): Promise<PinnedView> {
    return PinnedView.of(await this.consent.of(slug));
  }
}
