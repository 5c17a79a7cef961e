import type { NoticeCommand, RefreshCommand } from '@lockkeeper/contracts';
import { IsInt, IsNotEmpty, IsOptional, IsString, IsUUID, Matches, MaxLength, Min } from 'class-validator';

const REQUESTER = /^(consumer|key):[0-9a-f-]{36}$/;

export class RefreshCommandInput implements RefreshCommand {
  @IsUUID() connectionId: string;
  @IsInt() @Min(0) supersedes: number;
  @Matches(REQUESTER) requestedBy: string;
}

export class NoticeCommandInput implements NoticeCommand {
  @IsUUID() connectionId: string;
  @IsOptional() @IsString() @IsNotEmpty() @MaxLength(500) reason?: string;
  @Matches(REQUESTER) requestedBy: string;
}
