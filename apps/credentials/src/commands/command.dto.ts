import type { ExposureCommand, NoticeCommand, RefreshCommand } from '@lockkeeper/contracts';
import { IsInt, IsNotEmpty, IsOptional, IsString, IsUUID, Matches, MaxLength, Min } from 'class-validator';

const REQUESTER = /^(consumer|key):[0-9a-f-]{36}$/;

export class RefreshCommandInput implements RefreshCommand {
  @IsUUID() connectionId: string;
  @IsInt() @Min(0) supersedes: number;
  @IsOptional() @Matches(/^[a-z][a-z0-9_]{0,63}$/) token?: string;
  @Matches(REQUESTER) requestedBy: string;
}

export class ExposureCommandInput implements ExposureCommand {
  @IsUUID() connectionId: string;
  @IsInt() @Min(0) version: number;
  @Matches(REQUESTER) requestedBy: string;
}

export class NoticeCommandInput implements NoticeCommand {
  @IsUUID() connectionId: string;
  @IsOptional() @IsString() @IsNotEmpty() @MaxLength(500) reason?: string;
  @Matches(REQUESTER) requestedBy: string;
}
