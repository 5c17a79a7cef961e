import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';

export class NoticeInput {
  @ApiPropertyOptional({ description: 'Why, in plain words, for the person who is asked.', maxLength: 500 })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  reason?: string;
}

export class NoticeView {
  @ApiProperty({ format: 'uuid' }) noticeId: string;
  @ApiProperty({ description: 'False if a notice for the same connection is open already.' }) created: boolean;
}
