import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { ConnectionView } from '../connections/connection.dto.js';
import type { RevocationReceipt } from '../token-endpoint/revocation-receipt.js';
import type { Blast, BlastToken } from './blast.js';
import type { RevocationCause, StoredReceipt } from './receipts.js';
import type { RevocationResult } from './revocation.js';

const STATES = ['revoked', 'revoke_pending', 'not_supported', 'unproved'] as const;
type State = (typeof STATES)[number];
const KINDS = ['refresh_token', 'access_token'] as const;
type Kind = (typeof KINDS)[number];

export class RevokeQuery {
  @ApiPropertyOptional({ enum: ['true', 'false'], description: '`true`: only tells what would be hit.' })
  @IsOptional()
  @IsIn(['true', 'false'])
  dryRun?: string;
}

export class AskedView {
  @ApiProperty({ enum: KINDS }) token: Kind;
  @ApiProperty({ enum: STATES }) outcome: State;
  @ApiProperty({ type: Number, nullable: true, description: 'What the provider answered; null where no answer came.' })
  status: number | null;
  @ApiProperty() detail: string;
}

export class ProofView {
  @ApiProperty({ enum: ['introspection', 'test'] }) by: 'introspection' | 'test';
  @ApiProperty({ enum: KINDS, isArray: true }) dead: Kind[];
  @ApiProperty({ enum: KINDS, isArray: true }) alive: Kind[];
  @ApiProperty() detail: string;
}

export class ReceiptView {
  @ApiProperty({
    enum: STATES,
    description:
      '`revoke_pending`: the provider did not answer yet, or refused our client, or the client lacks its secret, key or certificate; its token must be taken for alive, and it is asked again. `not_supported`: there is no way for programs; see `userDoesItAt`. `unproved`: it answered, and that proves nothing.',
  })
  outcome: State;
  @ApiProperty() detail: string;
  @ApiProperty({ type: [AskedView], description: 'What was asked, and what the provider answered.' })
  asked: AskedView[];
  @ApiProperty({ type: ProofView, nullable: true, description: 'What was found out afterwards.' })
  proof: ProofView | null;
  @ApiProperty({ enum: KINDS, isArray: true, description: 'Of which nobody knows for sure that they are dead.' })
  notProved: Kind[];
  @ApiProperty({ type: String, nullable: true, description: 'Where the user does it, if programs can’t.' })
  userDoesItAt: string | null;

  /** Receipts of earlier versions have no word of proof. */
  static of(receipt: RevocationReceipt): ReceiptView {
    const { outcome, detail, requests, proof = null, notProved = [], userDoesItAt = null } = receipt;
    const asked = requests.map((request) => ({ ...request, outcome: stateOf(request.outcome) }));
    return { outcome: stateOf(outcome), detail, asked, proof, notProved, userDoesItAt };
  }
}

const stateOf = (outcome: RevocationReceipt['outcome']): State => (outcome === 'pending' ? 'revoke_pending' : outcome);

export class StoredReceiptView {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ enum: ['revoked', 'superseded', 'exposed', 'lapsed'] }) cause: RevocationCause;
  @ApiProperty({ description: 'Of the connection, whose tokens these were.' }) version: number;
  @ApiProperty({ enum: STATES }) state: State;
  @ApiProperty({ type: ReceiptView, nullable: true, description: 'The provider’s last answer; null before the first.' })
  receipt: ReceiptView | null;
  @ApiProperty({ description: 'How often the provider was asked.' }) attempts: number;
  @ApiProperty({ format: 'date-time' }) askedFor: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) settledAt: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'While it is pending.' })
  nextTryAt: string | null;

  static of(stored: StoredReceipt): StoredReceiptView {
    const { receipt, createdAt, settledAt, dueAt, ...rest } = stored;
    return {
      ...rest,
      receipt: receipt && ReceiptView.of(receipt),
      askedFor: createdAt.toISOString(),
      settledAt: settledAt?.toISOString() ?? null,
      nextTryAt: stored.state === 'revoke_pending' ? dueAt.toISOString() : null,
    };
  }
}

export class ReceiptPage {
  @ApiProperty({ type: [StoredReceiptView], description: 'Newest first.' }) items: StoredReceiptView[];
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
    return { connection: ConnectionView.of(belonging), receipt: receipt && ReceiptView.of(receipt) };
  }
}

export class RetirementView {
  @ApiProperty() slug: string;
  @ApiProperty({ description: 'How many living connections were revoked by it.' }) revoked: number;
}

export class BlastTokenView {
  @ApiProperty({ enum: KINDS }) token: Kind;
  @ApiProperty({ type: String, nullable: true, description: 'Null: the connection’s own.' }) name: string | null;
  @ApiProperty({
    enum: ['asked', 'taken_along', 'lives_on'],
    description:
      '`asked`: the provider is asked to revoke it. `taken_along`: it dies with another one. `lives_on`: until it expires.',
  })
  fate: BlastToken['fate'];
}

export class BlastConnectionView {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty() user: string;
  @ApiProperty({ description: 'False: it may be hit, and nobody has found out.' }) certain: boolean;
}

export class BlastConsumerView {
  @ApiProperty({ format: 'uuid' }) consumerId: string;
  @ApiProperty({ type: String, nullable: true, description: 'Null if it was removed.' }) consumerName: string | null;
  @ApiProperty({ description: 'The newest version that it read.' }) lastVersion: number;
  @ApiProperty({ format: 'date-time' }) firstAt: string;
  @ApiProperty({ format: 'date-time' }) lastAt: string;
}

/** What a revocation would hit. */
export class BlastView {
  @ApiProperty({ type: ConnectionView }) connection: ConnectionView;
  @ApiProperty({ enum: [true] }) dryRun: true;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What dies with a token; null where programs can’t revoke.',
  })
  effect: Blast['effect'];
  @ApiProperty({ type: [BlastTokenView] }) tokens: BlastTokenView[];
  @ApiProperty({ type: [BlastConnectionView], description: 'Other connections.' }) connections: BlastConnectionView[];
  @ApiProperty({
    enum: ['known', 'could_not_check'],
    description: 'Whether access-tokens could be asked who read them.',
  })
  exposure: 'known' | 'could_not_check';
  @ApiProperty({ type: [BlastConsumerView] }) consumers: BlastConsumerView[];

  static of({ connection, apiService, effect, tokens, connections, consumers }: Blast): BlastView {
    const readers = (consumers ?? []).map(({ connectionId: _same, ...reader }) => reader);
    const told = { effect, tokens, connections, consumers: readers };
    const exposure = consumers === null ? 'could_not_check' : 'known';
    return { connection: ConnectionView.of({ connection, apiService }), dryRun: true, ...told, exposure };
  }
}
