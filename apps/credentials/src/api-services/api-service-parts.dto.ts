import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import type { ClientFault, SecretFacts } from './api-service.entity.js';

export class ClientCertificateInput {
  @ApiProperty({ description: 'PEM; its chain, if there is one, behind it.' })
  @IsString()
  @MaxLength(50_000)
  certificate: string;

  @ApiProperty({ writeOnly: true, description: 'PEM, without a passphrase.' })
  @IsString()
  @MaxLength(20_000)
  privateKey: string;
}

export class SecretView implements SecretFacts {
  @ApiProperty({ description: 'Short and keyed: tells two secrets apart, reveals none.' }) fingerprint: string;
  @ApiProperty({ format: 'date-time' }) changedAt: string;
}

export class ClientFaultView implements ClientFault {
  @ApiProperty() code: string;
  @ApiProperty() detail: string;
  @ApiProperty({ type: String, nullable: true, description: 'What to do about it.' }) hint: string | null;
  @ApiProperty({ format: 'date-time' }) since: string;
}

export class FreezeView {
  @ApiProperty({ format: 'date-time' }) since: string;
  @ApiProperty({ description: 'What changed at the issuer.' }) detail: string;
}

export function secretView(fingerprint: string | null, changedAt: Date | null): SecretView | null {
  return fingerprint === null || changedAt === null ? null : { fingerprint, changedAt: changedAt.toISOString() };
}
