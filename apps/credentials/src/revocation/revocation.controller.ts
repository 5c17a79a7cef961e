import { Controller, Delete, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { Allow } from '@lockkeeper/access-control';
import { RetireQuery } from '../api-services/api-service.dto.js';
import { ConnectionId } from '../connections/connection-id.js';
import { Retirement } from './retirement.js';
import { Blasts } from './blast.js';
import { Receipts } from './receipts.js';
import {
  BlastView,
  ReceiptPage,
  RetirementView,
  RevocationView,
  RevokeQuery,
  StoredReceiptView,
} from './revocation.dto.js';
import { Revocation } from './revocation.js';

/** Everything that ends something. */
@ApiBearerAuth()
@Controller('v1')
export class RevocationController {
  constructor(
    private readonly revocation: Revocation,
    private readonly retirement: Retirement,
    private readonly blasts: Blasts,
    private readonly receipts: Receipts,
  ) {}

  @Post('connections/:id/revoke')
  @HttpCode(HttpStatus.OK)
  @Allow('admin', 'operator')
  @ApiTags('connections')
  @ApiOperation({
    summary: 'Revoke it: its secrets are erased at once, and its tokens revoked at the provider.',
    description: 'With `?dryRun=true` nothing is done: it tells which tokens, connections and consumers would be hit.',
  })
  @ApiExtraModels(RevocationView, BlastView)
  @ApiOkResponse({ schema: { oneOf: [RevocationView, BlastView].map((view) => ({ $ref: getSchemaPath(view) })) } })
  async revoke(@ConnectionId() id: string, @Query() { dryRun }: RevokeQuery): Promise<RevocationView | BlastView> {
    if (dryRun === 'true') return BlastView.of(await this.blasts.of(id));
    return RevocationView.of(await this.revocation.revoke(id));
  }

  @Get('connections/:id/revocations')
  @Allow('admin', 'operator', 'auditor')
  @ApiTags('connections')
  @ApiOperation({ summary: 'Receipts: what providers were asked, what they answered, what is proved and what is not.' })
  @ApiOkResponse({ type: ReceiptPage })
  async receiptsOf(@ConnectionId() id: string): Promise<ReceiptPage> {
    return { items: (await this.receipts.of(id)).map((receipt) => StoredReceiptView.of(receipt)) };
  }

  @Delete('connections/:id')
  @Allow('admin')
  @ApiTags('connections')
  @ApiOperation({ summary: 'Revoke it and forget it; the audit log keeps what happened.' })
  @ApiOkResponse({ type: RevocationView })
  async remove(@ConnectionId() id: string): Promise<RevocationView> {
    return RevocationView.of(await this.revocation.remove(id));
  }

  @Delete('api-services/:slug')
  @Allow('admin')
  @ApiTags('API services')
  @ApiOperation({ summary: 'Retire it. Refused with the list of what it would strand, unless ?force=true.' })
  @ApiOkResponse({ type: RetirementView })
  retire(@Param('slug') slug: string, @Query() { force }: RetireQuery): Promise<RetirementView> {
    return this.retirement.retire(slug, { force: force === 'true' });
  }
}
