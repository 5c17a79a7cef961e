import { Body, Controller, Get, Header, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '@lockkeeper/access-control';
import { Public } from '@lockkeeper/doors';
import { manifestJsonSchema } from '@lockkeeper/manifests';
import { LintView, ManifestInputBody } from './manifest.dto.js';

/** For whoever writes a manifest. */
@ApiTags('manifests')
@Controller('v1/manifests')
export class ManifestsController {
  @Get('schema')
  @Public()
  @Header('content-type', 'application/schema+json')
  @ApiOperation({ summary: 'The manifest as JSON Schema (draft 2020-12); open to editors, which have no key.' })
  @ApiOkResponse({ schema: { type: 'object' } })
  schema(): string {
    return JSON.stringify(manifestJsonSchema());
  }

  @Post('lint')
  @HttpCode(HttpStatus.OK)
  @ApiBearerAuth()
  @Allow('admin', 'operator', 'auditor')
  @ApiOperation({ summary: 'Check a manifest: every fault with its place and its mend. Nothing is registered.' })
  @ApiOkResponse({ type: LintView })
  lint(@Body() { manifest }: ManifestInputBody): LintView {
    return LintView.of(manifest);
  }
}
