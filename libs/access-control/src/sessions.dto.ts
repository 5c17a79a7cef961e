import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import type { Principal } from './principal.js';
import type { SessionSettings } from './session-cookie.js';

const SECRET_LENGTH = 200;

export class SignInInput {
  @ApiPropertyOptional({ writeOnly: true, description: 'A key of this workspace.' })
  @IsOptional()
  @IsString()
  @MaxLength(SECRET_LENGTH)
  key?: string;

  @ApiPropertyOptional({ writeOnly: true, description: 'Or what a sign-in link carries: it works once.' })
  @IsOptional()
  @IsString()
  @MaxLength(SECRET_LENGTH)
  ticket?: string;
}

export class SessionView {
  @ApiProperty() name: string;
  @ApiProperty({ example: 'admin' }) role: string;
  @ApiProperty({ enum: ['key', 'openid'] }) by: 'key' | 'openid';
  @ApiProperty({ type: String, nullable: true, format: 'uuid', description: 'Which consumer, with a consumer’s key.' })
  consumerId: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'When it ends, used or not.' })
  endsAt: string | null;
  @ApiProperty({ description: 'It ends earlier if nobody uses it for this long.' }) idleSeconds: number;

  static of({ name, role, person, subjectId, endsAt }: Principal, { idleSeconds }: SessionSettings): SessionView {
    const by = person ? 'openid' : 'key';
    return { name, role, by, consumerId: subjectId, endsAt: endsAt?.toISOString() ?? null, idleSeconds };
  }
}

export class SignInLinkView {
  @ApiProperty({ description: 'Signs a browser in with the key that asked for it; works once.' }) url: string;
  @ApiProperty({ format: 'date-time' }) expiresAt: string;
}
