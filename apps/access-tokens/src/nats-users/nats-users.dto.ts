import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { STREAMS } from '@lockkeeper/contracts';
import type { Principal } from '@lockkeeper/access-control';
import { CONSUMER } from '../access/roles.js';
import { EntitlementView } from '../consumers/consumers.dto.js';
import { ConsumerNotFound } from '../consumers/consumers.errors.js';
import { NotItself } from './nats-users.errors.js';
import type { IssuedNatsUser } from './nats-users.js';

const ID_OR_ME = /^(me|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const ME = 'me';

export class ConsumerOrMePath {
  @ApiProperty({ description: 'The consumer’s id; for a consumer also `me`.' })
  @Matches(ID_OR_ME, { message: 'must be a UUID, or `me`' })
  id: string;

  /** @throws NotItself, ConsumerNotFound */
  consumerIdFor({ role, subjectId }: Principal): string {
    if (role !== CONSUMER) return this.named();
    if (subjectId === null || ![ME, subjectId].includes(this.id)) throw new NotItself();
    return subjectId;
  }

  private named(): string {
    if (this.id === ME) throw new ConsumerNotFound(ME);
    return this.id;
  }
}

export class NatsCredentialsInput {
  @ApiPropertyOptional({
    example: 'UCP…',
    description: 'The public part of an nkey that the consumer drew itself: then no seed travels, now or ever.',
  })
  @IsOptional()
  @Matches(/^U[A-Z2-7]{55}$/, { message: 'must be the public nkey of a user, `U` and 55 characters' })
  publicKey?: string;
}

export class DurableView {
  @ApiProperty({ example: '0b0f…_sandbox' }) name: string;
  @ApiProperty({ description: 'Whose events it brings; `*`: all of them.' }) apiService: string;
}

export class NatsCredentialsView {
  @ApiProperty({ example: 'nats://nats.example.com:4222' }) url: string;
  @ApiProperty({ description: 'The user’s nkey.' }) publicKey: string;
  @ApiProperty({ description: 'Goes with the nkey. Ask again well before it expires; the places stay.' }) jwt: string;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'A `.creds` file, shown this once; null if you sent a `publicKey`.',
  })
  creds: string | null;
  @ApiProperty({ format: 'date-time' }) expiresAt: string;
  @ApiProperty({ example: '_INBOX.UCP…', description: 'Connect with it: no other inbox is permitted.' })
  inboxPrefix: string;
  @ApiProperty({ example: 'EVENTS' }) stream: string;
  @ApiProperty({ type: [DurableView], description: 'Pull from each of them. What was missed waits for 30 days.' })
  durables: DurableView[];
  @ApiProperty({
    type: [EntitlementView],
    description: 'Entitlements to single users, of whose events only GET /v1/events tells.',
  })
  leftOut: EntitlementView[];

  /** The only place where a seed leaves. */
  static of({ user, durables, leftOut }: IssuedNatsUser): NatsCredentialsView {
    return {
      url: user.url,
      publicKey: user.publicKey,
      jwt: user.jwt,
      creds: user.creds?.reveal() ?? null,
      expiresAt: user.expiresAt.toISOString(),
      inboxPrefix: `_INBOX.${user.publicKey}`,
      stream: STREAMS.events,
      durables,
      leftOut,
    };
  }
}
