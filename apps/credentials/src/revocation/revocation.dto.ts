import { ApiProperty } from '@nestjs/swagger';
import { ConnectionView } from '../connections/connection.dto.js';
import type { RevocationResult } from './revocation.js';

const OUTCOMES = ['revoked', 'pending', 'not_supported', 'unproved'] as const;

export class ReceiptView {
  @ApiProperty({
    enum: OUTCOMES,
    description: '`pending`: the provider did not answer yet and is asked again; see the timeline.',
  })
  outcome: (typeof OUTCOMES)[number];
  @ApiProperty() detail: string;
}

export class RevocationView {
  @ApiProperty({ type: ConnectionView }) connection: ConnectionView;
  @ApiProperty({
    type: ReceiptView,
    nullable: true,
    description: 'What the provider answered; null if there was nothing to revoke there.',
  })
  receipt: ReceiptView | null;

  static of({ receipt, ...belonging }: RevocationResult): RevocationView {
    return {
      connection: ConnectionView.of(belonging),
      receipt: receipt && { outcome: receipt.outcome, detail: receipt.detail },
    };
  }
}

export class RetirementView {
  @ApiProperty() slug: string;
  @ApiProperty({ description: 'How many living connections were revoked by it.' }) revoked: number;
}
