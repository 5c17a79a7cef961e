import { Injectable } from '@nestjs/common';
import {
  COMMANDS,
  type ExposureCommand,
  type ExposureReply,
  type NoticeCommand,
  type NoticeReply,
  type RefreshCommand,
  type RefreshReply,
} from '@lockkeeper/contracts';
import { CommandClient } from '@lockkeeper/messaging';

/** What this workspace may ask of credentials, and all that it may. Errors are those of CommandClient. */
@Injectable()
export class CredentialsCommands {
  constructor(private readonly client: CommandClient) {}

  refresh(command: RefreshCommand, timeoutMs: number): Promise<RefreshReply> {
    return this.client.request<RefreshReply>(COMMANDS.refresh, command, { timeoutMs });
  }

  expose(command: ExposureCommand, timeoutMs: number): Promise<ExposureReply> {
    return this.client.request<ExposureReply>(COMMANDS.exposure, command, { timeoutMs });
  }

  notify(command: NoticeCommand, timeoutMs: number): Promise<NoticeReply> {
    return this.client.request<NoticeReply>(COMMANDS.notice, command, { timeoutMs });
  }
}
