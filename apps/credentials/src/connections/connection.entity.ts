import type { ConnectionStatus } from '@lockkeeper/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { ConnectionRevoked } from './connection.errors.js';

/** Why the last refresh did not succeed: whose fault, and what to do. */
export interface ConnectionFault {
  owner: string;
  code: string;
  detail: string;
  hint: string | null;
  at: string;
}

/** A provider's answer, its secrets already sealed for this connection's columns. */
export interface SealedGrant {
  accessToken: string;
  refreshToken: string | null;
  captured: string | null;
  namedTokens: string | null;
  tokenType: string;
  scope: string | null;
  issuedAt: Date;
  expiresAt: Date | null;
  refreshTokenExpiresAt: Date | null;
  refreshAt: Date | null;
  diesAt: Date | null;
  diesBecause: string | null;
}

/** One user's grant at one API service. It survives token after token; only its own methods change its status. */
@Entity('connections')
export class Connection {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'api_service_id' }) apiServiceId: string;
  /** The caller's own id for the user. */
  @Column('text', { name: 'user_id' }) user: string;
  @Column('text') status: ConnectionStatus;
  /** Counts the tokens: 1 at the first exchange, +1 at each rotation. */
  @Column('integer') version: number;
  /** Counts everything that access-tokens must hear of. */
  @Column('integer') revision: number;
  @Column('text', { name: 'requested_scopes', array: true }) requestedScopes: string[];
  @Column('jsonb') params: Record<string, string>;
  @Column('text', { name: 'access_token', nullable: true }) accessToken: string | null;
  @Column('text', { name: 'refresh_token', nullable: true }) refreshToken: string | null;
  /** Sealed JSON: every other member of the provider's answers. */
  @Column('text', { nullable: true }) captured: string | null;
  /** Sealed JSON: further tokens of the same grant, by the names that the manifest gives them. */
  @Column('text', { name: 'named_tokens', nullable: true }) namedTokens: string | null;
  @Column('text', { name: 'token_type', nullable: true }) tokenType: string | null;
  @Column('text', { nullable: true }) scope: string | null;
  @Column('timestamptz', { name: 'issued_at', nullable: true }) issuedAt: Date | null;
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt: Date | null;
  @Column('timestamptz', { name: 'refresh_token_expires_at', nullable: true }) refreshTokenExpiresAt: Date | null;
  /** When the scheduler looks at it next: to refresh it, or to tell that it can't. */
  @Column('timestamptz', { name: 'refresh_at', nullable: true }) refreshAt: Date | null;
  @Column('timestamptz', { name: 'dies_at', nullable: true }) diesAt: Date | null;
  @Column('text', { name: 'dies_because', nullable: true }) diesBecause: string | null;
  @Column('integer') failures: number;
  @Column('jsonb', { nullable: true }) fault: ConnectionFault | null;
  @Column('text', { name: 'lease_owner', nullable: true }) leaseOwner: string | null;
  @Column('timestamptz', { name: 'lease_until', nullable: true }) leaseUntil: Date | null;
  /** Grows with every lease and every new grant: whoever comes back with an older one is too late. */
  @Column('bigint', { transformer: { to: Number, from: Number } }) fence: number;
  @Column('timestamptz', { name: 'authorized_at', nullable: true }) authorizedAt: Date | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt: Date;

  /** A consent succeeded: whatever the connection was before, it lives, and a refresh under way elsewhere is outrun. */
  authorize(grant: SealedGrant, now: Date): void {
    this.receive(grant, now);
    this.fence += 1;
    this.authorizedAt = now;
  }

  /** A refresh succeeded. */
  rotate(grant: SealedGrant, now: Date): void {
    if (this.status === 'revoked') throw new ConnectionRevoked(this.id);
    this.receive(grant, now);
  }

  /** A refresh failed in a way that may pass; the token lives on as long as it lives. */
  failRefresh(fault: ConnectionFault, retryAt: Date, now: Date): void {
    if (this.status === 'revoked') throw new ConnectionRevoked(this.id);
    if (this.status === 'active') this.revision += 1;
    this.status = 'refresh_failing';
    this.failures += 1;
    this.fault = fault;
    this.refreshAt = retryAt;
    this.release(now);
  }

  /** The refresh could not even be tried, for a reason that isn't this connection's: it waits, and stays what it was. */
  postpone(refreshAt: Date, now: Date): void {
    this.refreshAt = refreshAt;
    this.release(now);
  }

  /** The grant is dead: only its user can mend it. The tokens are of no more use and are not kept. */
  lapse(fault: ConnectionFault, now: Date): void {
    if (this.status === 'revoked') throw new ConnectionRevoked(this.id);
    this.status = 'reauthorization_required';
    this.fault = fault;
    this.eraseTokens();
    this.revision += 1;
    this.release(now);
  }

  /** The end, until somebody consents anew. Erases every secret. */
  revoke(now: Date): void {
    this.status = 'revoked';
    this.fault = null;
    this.eraseTokens();
    this.captured = null;
    this.fence += 1;
    this.revision += 1;
    this.release(now);
  }

  /** Something besides the token changed that access-tokens must hear of. */
  revise(now: Date): void {
    this.revision += 1;
    this.updatedAt = now;
  }

  private receive(grant: SealedGrant, now: Date): void {
    Object.assign(this, grant);
    this.status = 'active';
    this.version += 1;
    this.revision += 1;
    this.failures = 0;
    this.fault = null;
    this.release(now);
  }

  private eraseTokens(): void {
    Object.assign(this, {
      accessToken: null,
      refreshToken: null,
      namedTokens: null,
      refreshAt: null,
      expiresAt: null,
      diesAt: null,
      diesBecause: null,
    });
  }

  private release(now: Date): void {
    this.leaseOwner = null;
    this.leaseUntil = null;
    this.updatedAt = now;
  }
}
