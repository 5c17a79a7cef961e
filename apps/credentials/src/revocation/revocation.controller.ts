import { Controller, Delete, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '@lockkeeper/access-control';
import { RetireQuery } from '../api-services/api-service.dto.js';
import { ConnectionId } from '../connections/connection-id.js';
import { Retirement } from './retirement.js';
import { RetirementView, RevocationView } from './revocation.dto.js';
import { Revocation } from './revocation.js';

/** Everything that ends something. */
@ApiBearerAuth()
@Controller('v1')
export class RevocationController {
  constructor(
    private readonly revocation: Revocation,
    private readonly retirement: Retirement,
  ) {}

  @Post('connections/:id/revoke')
  @HttpCode(HttpStatus.OK)
  @Allow('admin', 'operator')
  @ApiTags('connections')
  @ApiOperation({ summary: 'Revoke it: its secrets are erased at once, and its tokens revoked at the provider.' })
  @ApiOkResponse({ type: RevocationView })
  async revoke(@ConnectionId() id: string): Promise<RevocationView> {
    return RevocationView.of(await this.revocation.revoke(id));
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
