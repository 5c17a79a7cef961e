import { Body, Controller, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '@lockkeeper/access-control';
import { ConnectionId } from '../connections/connection-id.js';
import { LinkInput, LinkView } from './authorization.dto.js';
import { AuthorizationLinks } from './authorization-links.js';

@ApiTags('connections')
@ApiBearerAuth()
@Controller('v1/connections')
export class AuthorizationLinksController {
  constructor(private readonly links: AuthorizationLinks) {}

  @Post(':id/authorization-links')
  @Allow('admin', 'operator')
  @ApiOperation({ summary: 'A single-use, short-lived link by which its user consents, or consents again.' })
  @ApiCreatedResponse({ type: LinkView })
  async issue(@ConnectionId() id: string, @Body() input: LinkInput): Promise<LinkView> {
    const { url, expiresAt } = await this.links.issue(id, input);
    return { url, expiresAt: expiresAt.toISOString() };
  }
}
