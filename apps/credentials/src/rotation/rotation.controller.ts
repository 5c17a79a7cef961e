import { Body, Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '@lockkeeper/access-control';
import { ConnectionId } from '../connections/connection-id.js';
import { RefreshInput, RefreshView } from './refresh.dto.js';
import { Rotation } from './rotation.js';

const DEADLINE_MS = 30_000;

@ApiTags('connections')
@ApiBearerAuth()
@Controller('v1/connections')
export class RotationController {
  constructor(private readonly rotation: Rotation) {}

  @Post(':id/refresh')
  @HttpCode(HttpStatus.OK)
  @Allow('admin', 'operator')
  @ApiOperation({ summary: 'Replace its token by a newer one; answers with what happened.' })
  @ApiOkResponse({ type: RefreshView })
  refresh(@ConnectionId() connectionId: string, @Body() { supersedes }: RefreshInput): Promise<RefreshView> {
    return this.rotation.rotate({ connectionId, supersedes, cause: 'operator', deadlineMs: DEADLINE_MS });
  }
}
