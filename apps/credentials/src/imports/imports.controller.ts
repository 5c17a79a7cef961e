import { Body, Controller, HttpCode, HttpStatus, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, BodyUpTo, InvalidInput } from '@lockkeeper/doors';
import { ImportInput, ImportQuery, ImportView } from './imports.dto.js';
import { ManifestImport } from './manifest-import.js';
import { TokenImport } from './token-import.js';
import { linesOf } from './token-lines.js';

/** Ten thousand lines of tokens, each of a few hundred characters. */
const LARGEST_IMPORT_BYTES = 8 * 1024 * 1024;

@ApiTags('API services')
@ApiBearerAuth()
@Controller('v1/api-services')
export class ImportsController {
  constructor(
    private readonly manifests: ManifestImport,
    private readonly tokens: TokenImport,
  ) {}

  @Post('import')
  @HttpCode(HttpStatus.OK)
  @Allow('admin')
  @BodyUpTo(LARGEST_IMPORT_BYTES)
  @ApiOperation({
    summary: 'Take over a ChiefOnboarding manifest, or tokens that were obtained elsewhere.',
    description:
      'With `?dryRun=true` it says what would happen, and nothing happens. No secret is repeated in the answer.',
  })
  @ApiConsumes('application/json', 'text/csv')
  @ApiBody({ type: ImportInput })
  @ApiOkResponse({ type: ImportView })
  async import(@Body() input: ImportInput, @Query() query: ImportQuery): Promise<ImportView> {
    const dryRun = query.dryRun === 'true';
    const ways = [input.manifest, input.tokens, input.csv].filter((way) => way !== undefined);
    if (ways.length !== 1)
      throw new InvalidInput([{ pointer: '', message: 'give exactly one of manifest, tokens and csv' }]);
    if (input.manifest !== undefined) return this.manifests.run(input, dryRun);
    const lines = await this.tokens.run(linesOf(input), { dryRun, together: query.transaction === 'all' });
    return { dryRun, apiService: null, manifest: null, redirectUri: null, notes: [], warnings: [], lines };
  }
}
