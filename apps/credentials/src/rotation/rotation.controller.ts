import { Body, Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiConflictResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '@lockkeeper/access-control';
import { ConnectionId } from '../connections/connection-id.js';
import { RefreshInput, RefreshView } from './refresh.dto.js';
import { Replay } from './replay.js';
import { Rotation } from './rotation.js';

const DEADLINE_MS = 30_000;

@ApiTags('connections')
@ApiBearerAuth()
@Controller('v1/connections')
export class RotationController {
  constructor(
    private readonly rotation: Rotation,
    private readonly replay: Replay,
  ) {}

  @Post(':id/refresh')
  @HttpCode(HttpStatus.OK)
  @Allow('admin', 'operator')
  @ApiOperation({ summary: 'Replace its token by a newer one; answers with what happened.' })
  @ApiOkResponse({ type: RefreshView })
  refresh(@ConnectionId() connectionId: string, @Body() input: RefreshInput): Promise<RefreshView> {
    return this.rotation.rotate({ ...input, connectionId, cause: 'operator', deadlineMs: DEADLINE_MS });
  }

  @Post(':id/replay')
  @HttpCode(HttpStatus.OK)
  @Allow('admin', 'operator')
  @ApiOperation({
    summary: 'Read the newest answer that was kept and not applied once more, by the manifest as it is now.',
  })
  @ApiOkResponse({ type: RefreshView })
  @ApiConflictResponse({ description: '`nothing_to_replay`: there is no such answer, or a refresh is under way.' })
  replayAnswer(@ConnectionId() connectionId: string): Promise<RefreshView> {
    return this.replay.replay(connectionId);
  }
}
