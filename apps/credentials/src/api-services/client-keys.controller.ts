import { Controller, Get, Header, HttpCode, HttpStatus, Param, Post, Body } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { Allow, Public } from '@lockkeeper/doors';
import { ApiServices } from './api-services.js';
import { publishedKeys } from './client-proofs.js';

const HOUR_SECONDS = 3600;

export class KeyRotationInput {
  @ApiPropertyOptional({
    description:
      'Seconds from now on, until which the key before goes on signing: as long as the provider may remember the keys that it knows.',
    default: HOUR_SECONDS,
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(30 * 24 * HOUR_SECONDS)
  signAfterSeconds?: number;
}

/** The keys that clients prove themselves with (`private_key_jwt`). */
@ApiTags('API services')
@Controller()
export class ClientKeysController {
  constructor(private readonly apiServices: ApiServices) {}

  @Get('jwks/:slug')
  @Public()
  @Header('content-type', 'application/jwk-set+json')
  @Header('cache-control', 'public, max-age=300')
  @ApiOperation({ summary: 'The public halves, for the provider: a JWK set (RFC 7517).' })
  @ApiOkResponse({ schema: { type: 'object' } })
  async jwks(@Param('slug') slug: string): Promise<string> {
    return JSON.stringify({ keys: publishedKeys(await this.apiServices.get(slug)) });
  }

  @Post('v1/api-services/:slug/keys/rotate')
  @HttpCode(HttpStatus.OK)
  @ApiBearerAuth()
  @Allow('admin')
  @ApiOperation({
    summary: 'Draw a new key: published at once, signing a while later; the one before stays published.',
  })
  @ApiOkResponse({ schema: { type: 'object' } })
  async rotate(
    @Param('slug') slug: string,
    @Body() { signAfterSeconds = HOUR_SECONDS }: KeyRotationInput,
  ): Promise<{ keys: unknown[] }> {
    const { clientKeyFacts } = await this.apiServices.rotateKey(slug, signAfterSeconds);
    return { keys: clientKeyFacts };
  }
}
