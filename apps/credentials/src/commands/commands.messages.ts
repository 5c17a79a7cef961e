import { Controller, UseFilters, UsePipes } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { COMMANDS, type ExposureReply, type NoticeReply, type RefreshReply } from '@lockkeeper/contracts';
import { inputPipe } from '@lockkeeper/doors';
import { type CommandContext, CommandServer, PassThroughRpcFilter } from '@lockkeeper/messaging';
import { currentContext } from '@lockkeeper/observability';
import { Notices } from '../notices/notices.js';
import { Rotation } from '../rotation/rotation.js';
import { ExposureCommandInput, NoticeCommandInput, RefreshCommandInput } from './command.dto.js';
import { ExposedTokens } from './exposed-tokens.js';

/** Our answer has to arrive before the asker stops waiting for it. */
const REPLY_MARGIN_MS = 250;

/** What access-tokens may ask of this workspace; nothing else reaches it from there. */
@Controller()
@UseFilters(new PassThroughRpcFilter())
@UsePipes(inputPipe())
export class CommandsMessages {
  constructor(
    private readonly rotation: Rotation,
    private readonly notices: Notices,
    private readonly exposed: ExposedTokens,
  ) {}

  @MessagePattern<string>(COMMANDS.refresh, CommandServer.ID)
  refresh(@Payload() command: RefreshCommandInput, @Ctx() { remainingMs }: CommandContext): Promise<RefreshReply> {
    const { connectionId, supersedes, token, requestedBy } = command;
    actFor(requestedBy);
    return this.rotation.rotate({
      connectionId,
      supersedes,
      token,
      cause: 'command',
      deadlineMs: Math.max(0, remainingMs - REPLY_MARGIN_MS),
    });
  }

  @MessagePattern<string>(COMMANDS.notice, CommandServer.ID)
  notice(@Payload() { connectionId, reason, requestedBy }: NoticeCommandInput): Promise<NoticeReply> {
    actFor(requestedBy);
    return this.notices.send(connectionId, { reason, requestedBy });
  }

  @MessagePattern<string>(COMMANDS.exposure, CommandServer.ID)
  exposure(@Payload() { connectionId, version, requestedBy }: ExposureCommandInput): Promise<ExposureReply> {
    actFor(requestedBy);
    return this.exposed.report(connectionId, version);
  }
}

/** The audit log names the consumer, not the workspace that passed its wish on. */
function actFor(requestedBy: string): void {
  const context = currentContext();
  if (context) context.actor = requestedBy;
}
