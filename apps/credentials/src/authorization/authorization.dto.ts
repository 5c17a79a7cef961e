import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

export class LinkInput {
  @ApiPropertyOptional({
    description: 'How long the link lives; 30 s unless this server says otherwise.',
    minimum: 5,
    maximum: 604_800,
  })
  @IsOptional()
  @IsInt()
  @Min(5)
  @Max(604_800)
  ttlSeconds?: number;

  @ApiPropertyOptional({
    description: 'Where the browser goes after a successful consent; its origin must be allowed here.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(2048)
  returnUrl?: string;
}

export class LinkView {
  @ApiProperty({ description: 'Works once. Whoever opens it starts the consent.' }) url: string;
  @ApiProperty({ format: 'date-time' }) expiresAt: string;
}
