import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '@lockkeeper/access-control';
import { ApiProblems } from '@lockkeeper/doors';
import { ApiServices } from './api-services.js';
import { ClientSecretsView, KEEP_FORMER_SECONDS, PromotionInput, StagedSecretInput } from './client-secrets.dto.js';
import { ClientSecrets } from './client-secrets.js';

const STAGED = `The new secret is tried with the next refresh of one connection, and of no other. If the provider takes it, it takes over; the one before is
kept for a while. If the provider answers \`invalid_client\` to it, that refresh is made with the secret in use, which goes on; nothing else is ever sent a second time.`;

/** How a client's secret is changed without a moment in which every refresh depends on it. */
@ApiTags('API services')
@ApiBearerAuth()
@Controller('v1/api-services/:slug/client-secrets')
export class ClientSecretsController {
  constructor(
    private readonly apiServices: ApiServices,
    private readonly secrets: ClientSecrets,
  ) {}

  @Get()
  @Allow('admin', 'operator', 'auditor')
  @ApiOperation({
    summary: 'The secret in use, a staged one, and the one before: fingerprints and ages, never a secret.',
  })
  @ApiOkResponse({ type: ClientSecretsView })
  async show(@Param('slug') slug: string): Promise<ClientSecretsView> {
    return ClientSecretsView.of(await this.apiServices.get(slug));
  }

  @Post()
  @Allow('admin')
  @ApiOperation({
    summary: 'Stage a new secret: it is tried on one connection before it takes over.',
    description: STAGED,
  })
  @ApiCreatedResponse({ type: ClientSecretsView })
  async stage(@Param('slug') slug: string, @Body() input: StagedSecretInput): Promise<ClientSecretsView> {
    const { clientSecret, promote = 'when_proven', connectionId = null } = input;
    const { keepFormerSeconds = KEEP_FORMER_SECONDS } = input;
    const staged = { clientSecret, promote, connectionId, keepFormerSeconds };
    return ClientSecretsView.of(await this.secrets.stage(slug, staged));
  }

  @Post('promote')
  @HttpCode(HttpStatus.OK)
  @Allow('admin')
  @ApiOperation({ summary: 'Let the staged secret take over now.' })
  @ApiOkResponse({ type: ClientSecretsView })
  @ApiProblems({ 409: '`nothing_staged`, `secret_not_proven`' })
  async promote(@Param('slug') slug: string, @Body() { unproven = false }: PromotionInput): Promise<ClientSecretsView> {
    return ClientSecretsView.of(await this.secrets.promote(slug, { unproven }));
  }

  @Post('withdraw')
  @HttpCode(HttpStatus.OK)
  @Allow('admin')
  @ApiOperation({ summary: 'Erase the staged secret; the one in use stays.' })
  @ApiOkResponse({ type: ClientSecretsView })
  @ApiProblems({ 409: '`nothing_staged`' })
  async withdraw(@Param('slug') slug: string): Promise<ClientSecretsView> {
    return ClientSecretsView.of(await this.secrets.withdraw(slug));
  }

  @Delete('former')
  @Allow('admin')
  @ApiOperation({ summary: 'Erase the secret that the one in use took over from, before its time.' })
  @ApiOkResponse({ type: ClientSecretsView })
  @ApiProblems({ 409: '`no_former_secret`' })
  async retireFormer(@Param('slug') slug: string): Promise<ClientSecretsView> {
    return ClientSecretsView.of(await this.secrets.retireFormer(slug));
  }
}
