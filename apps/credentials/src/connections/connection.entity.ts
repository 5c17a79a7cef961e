import type { ConnectionStatus, PublishedNotice, ScopeReduction } from '@lockkeeper/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { ConnectionRevoked } from './connection.errors.js';
import { firstTurn, type NamedMoments, type NamedState, type NamedStates, statesAfter } from './named-states.js';

/** Nothing is left of the grant; only a new one helps. */
export const isOver = (status: ConnectionStatus): boolean =>
  status === 'revoked' || status === 'reauthorization_required';

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
  /** What is known of them besides; left out where there are none. */
  named?: Record<string, NamedMoments>;
  /** The key that was proved for it (RFC 9449); null where none was. */
  dpopKey: string | null;
  tokenType: string;
  scope: string | null;
  issuedAt: Date;
  expiresAt: Date | null;
  refreshTokenExpiresAt: Date | null;
  refreshAt: Date | null;
  diesAt: Date | null;
  diesBecause: string | null;
  deathIsFixed: boolean;
}

/** One user's grant at one API service. It survives token after token; only its own methods change its status. */
@Entity('connections')
export class Connection {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'api_service_id' }) apiServiceId: string;
  /** The caller's own id for the user. */
  @Column('text', { name: 'user_id' }) user: string;
  @Column('text') status: ConnectionStatus;
  /** Where notices reach the user by e-mail, where the user's id is no address or the wrong one. */
  @Column('text', { nullable: true }) notify: string | null;
  /** Counts the tokens: 1 at the first exchange, +1 at each rotation. */
  @Column('integer') version: number;
  /** Counts everything that access-tokens must hear of. */
  @Column('integer') revision: number;
  @Column('text', { name: 'requested_scopes', array: true }) requestedScopes: string[];
  /** RFC 8693: the connection whose token is exchanged for this one's; null for all other grants. */
  @Column('uuid', { name: 'subject_connection_id', nullable: true }) subjectConnectionId: string | null;
  /** RFC 8693: the connection that acts for that subject. */
  @Column('uuid', { name: 'actor_connection_id', nullable: true }) actorConnectionId: string | null;
  @Column('jsonb') params: Record<string, string>;
  @Column('text', { name: 'access_token', nullable: true }) accessToken: string | null;
  @Column('text', { name: 'refresh_token', nullable: true }) refreshToken: string | null;
  /** Sealed JSON: every other member of the provider's answers. */
  @Column('text', { nullable: true }) captured: string | null;
  /** Sealed JSON: further tokens of the same grant, by the names that the manifest gives them. */
  @Column('text', { name: 'named_tokens', nullable: true }) namedTokens: string | null;
  /** Sealed JSON: what its user filled in and keeps secret, at a generic API service. */
  @Column('text', { name: 'field_secrets', nullable: true }) fieldSecrets: string | null;
  /** Sealed JWK: the private key that its tokens are bound to (RFC 9449). Drawn for each grant; null where none is used. */
  @Column('text', { name: 'dpop_key', nullable: true }) dpopKey: string | null;
  @Column('text', { name: 'token_type', nullable: true }) tokenType: string | null;
  @Column('text', { nullable: true }) scope: string | null;
  @Column('timestamptz', { name: 'issued_at', nullable: true }) issuedAt: Date | null;
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt: Date | null;
  @Column('timestamptz', { name: 'refresh_token_expires_at', nullable: true }) refreshTokenExpiresAt: Date | null;
  /** What is known of the named tokens besides their secrets; null where there are none. */
  @Column('jsonb', { name: 'named_states', nullable: true }) namedStates: NamedStates | null;
  /** When the connection's own token has its turn, whichever of the tokens is first. */
  @Column('timestamptz', { name: 'own_refresh_at', nullable: true }) ownRefreshAt: Date | null;
  /** Whose turn `refreshAt` is: a named token's, or, by null, the connection's own. */
  @Column('text', { name: 'due_token', nullable: true }) dueToken: string | null;
  /** When the scheduler looks at it next: to refresh it, or to tell that it can't. */
  @Column('timestamptz', { name: 'refresh_at', nullable: true }) refreshAt: Date | null;
  @Column('timestamptz', { name: 'dies_at', nullable: true }) diesAt: Date | null;
  @Column('text', { name: 'dies_because', nullable: true }) diesBecause: string | null;
  /** No refresh will move that end: its last one didn't, or none is possible. */
  @Column('boolean', { name: 'death_is_fixed', default: false }) deathIsFixed: boolean;
  /** The refresh whose answer could not be read and may hold the only refresh token: nothing is tried until somebody decides. */
  @Column('uuid', { name: 'withheld_ledger_id', nullable: true }) withheldLedgerId: string | null;
  /** Which of the announcements of its death was made last: so many days ahead of `diesAt`. */
  @Column('integer', { name: 'foretold_days', nullable: true }) foretoldDays: number | null;
  /** The last time since its consent that a new token could do less than the one before it. */
  @Column('jsonb', { name: 'scope_reduction', nullable: true }) scopeReduction: ScopeReduction | null;
  /** The newest notice about it, as consumers are told of it. */
  @Column('jsonb', { nullable: true }) notice: PublishedNotice | null;
  @Column('integer') failures: number;
  @Column('jsonb', { nullable: true }) fault: ConnectionFault | null;
  @Column('text', { name: 'lease_owner', nullable: true }) leaseOwner: string | null;
  @Column('timestamptz', { name: 'lease_until', nullable: true }) leaseUntil: Date | null;
  /** Grows with every lease and every new grant: whoever comes back with an older one is too late. */
  @Column('bigint', { transformer: { to: Number, from: Number } }) fence: number;
  @Column('timestamptz', { name: 'authorized_at', nullable: true }) authorizedAt: Date | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt: Date;
  /** Which state of its row this was read from (PostgreSQL's `xmin`), where a statement of our own read it. */
  rowVersion?: string;

  /** A consent succeeded: whatever the connection was before, it lives, and a refresh under way elsewhere is outrun. */
  authorize(grant: SealedGrant, now: Date): void {
    this.receive(grant, now);
    this.scopeReduction = null;
    this.fence += 1;
    this.authorizedAt = now;
    this.closeNotice('reauthorized', now);
  }

  /** Its user filled in what a generic API service asks for. */
  fillIn({ params, fieldSecrets }: Pick<Connection, 'params' | 'fieldSecrets'>, grant: SealedGrant, now: Date): void {
    this.params = params;
    this.fieldSecrets = fieldSecrets;
    this.authorize(grant, now);
  }

  /** A refresh succeeded. */
  rotate(grant: SealedGrant, now: Date): void {
    if (this.status === 'revoked') throw new ConnectionRevoked(this.id);
    this.receive(grant, now);
  }

  /** The token just received can do less than the one before it. Consumers hear of it with that token. */
  reduceScope(lost: string[]): void {
    this.scopeReduction = { version: this.version, lost };
  }

  /** Its death is near enough to be announced; `diesAt` and `diesBecause` say when and why. */
  foretell(daysAhead: number, now: Date): void {
    this.foretoldDays = daysAhead;
    this.revise(now);
  }

  /**
   * A refresh failed in a way that may pass; the token lives on as long as it lives.
   * @param retryAt null where it is not tried again before somebody asks for it
   */
  failRefresh(fault: ConnectionFault, retryAt: Date | null, now: Date): void {
    if (this.status === 'revoked') throw new ConnectionRevoked(this.id);
    if (this.status !== 'refresh_failing') this.revision += 1;
    this.status = 'refresh_failing';
    this.failures += 1;
    this.fault = fault;
    this.plan(retryAt);
    this.withheldLedgerId = null;
    this.release(now);
  }

  /**
   * The provider answered, and the answer can't be read: it may hold the only copy of the next refresh token, and the one that is held may be
   * spent. Nothing is tried on its own any more; `ledgerId` is where the answer is kept.
   */
  withhold(fault: ConnectionFault, ledgerId: string, now: Date): void {
    if (this.status === 'revoked') throw new ConnectionRevoked(this.id);
    if (this.status === 'active') this.revision += 1;
    this.status = 'refresh_failing';
    this.failures += 1;
    this.fault = fault;
    this.refreshAt = null;
    this.withheldLedgerId = ledgerId;
    this.release(now);
  }

  /** The refresh could not even be tried, for a reason that isn't this connection's: it waits, and stays what it was. */
  postpone(refreshAt: Date | null, now: Date): void {
    this.plan(refreshAt);
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
    this.fieldSecrets = null;
    this.fence += 1;
    this.revision += 1;
    this.closeNotice('revoked', now);
    this.release(now);
  }

  /** Something besides the token changed that access-tokens must hear of. */
  revise(now: Date): void {
    this.revision += 1;
    this.updatedAt = now;
  }

  /** Its notice changed: it was opened, or something became of it. */
  bear(notice: PublishedNotice | null): void {
    const asked = notice && this.notice?.id === notice.id ? this.notice.asked : null;
    this.notice = notice && { ...notice, asked };
  }

  /** With this revision consumers are told that its user is asked. */
  askConsumers(reason: string): void {
    if (this.notice) this.notice = { ...this.notice, asked: { revision: this.revision, reason } };
  }

  /** A named token was refreshed: the connection has one token more behind it, and the others are what they were. */
  rotateNamed(name: string, { sealed, moments }: { sealed: string | null; moments: NamedMoments }, now: Date): void {
    if (this.status === 'revoked') throw new ConnectionRevoked(this.id);
    const ownVersion = this.namedStates?.ownVersion ?? this.version;
    this.namedTokens = sealed;
    this.version += 1;
    this.revision += 1;
    const { version } = this;
    const all = { ...this.namedStates?.tokens, [name]: moments };
    this.namedStates = statesAfter(this.namedStates, all, { version, ownVersion });
    this.settleNamed(now);
  }

  /** @param retryAt null where it is not tried again before somebody asks for it */
  failNamed(name: string, { fault, retryAt }: { fault: ConnectionFault; retryAt: Date | null }, now: Date): void {
    const failures = (this.namedStates?.tokens[name]?.failures ?? 0) + 1;
    this.amendNamed(name, { failures, fault, refreshAt: retryAt?.toISOString() ?? null });
    this.settleNamed(now);
  }

  postponeNamed(name: string, refreshAt: Date, now: Date): void {
    this.amendNamed(name, { refreshAt: refreshAt.toISOString() });
    this.settleNamed(now);
  }

  /** One token's part of the grant is dead; the others live on. */
  lapseNamed(name: string, { sealed, fault }: { sealed: string | null; fault: ConnectionFault }, now: Date): void {
    this.namedTokens = sealed;
    this.amendNamed(name, { fault, refreshAt: null, refreshable: false, expiresAt: null });
    this.revision += 1;
    this.settleNamed(now);
  }

  private closeNotice(closedBecause: 'reauthorized' | 'revoked', now: Date): void {
    if (!this.notice || this.notice.closedAt !== null) return;
    const closedAt = now.toISOString();
    const channels = this.notice.channels.map((passage) =>
      passage.status === 'pending' ? { ...passage, status: 'cancelled' as const, settledAt: closedAt } : passage,
    );
    this.notice = { ...this.notice, channels, closedAt, closedBecause };
  }

  private amendNamed(name: string, changes: Partial<NamedState>): void {
    const state = this.namedStates?.tokens[name];
    if (!this.namedStates || !state) return;
    this.namedStates = {
      ...this.namedStates,
      tokens: { ...this.namedStates.tokens, [name]: { ...state, ...changes } },
    };
  }

  private settleNamed(now: Date): void {
    this.plan(this.ownRefreshAt);
    this.release(now);
  }

  /** The first of all tokens' turns is the one that the scheduler looks for. */
  private plan(own: Date | null): void {
    const first = firstTurn(own, this.namedStates);
    this.ownRefreshAt = own;
    this.refreshAt = first.at;
    this.dueToken = first.name;
  }

  private receive(grant: SealedGrant, now: Date): void {
    // What was announced holds for as long as the day of its death does.
    if (grant.diesAt?.getTime() !== this.diesAt?.getTime()) this.foretoldDays = null;
    const { named, ...received } = grant;
    Object.assign(this, received);
    this.status = 'active';
    this.version += 1;
    const { version } = this;
    this.namedStates = statesAfter(this.namedStates, named ?? {}, { version, ownVersion: version });
    this.plan(grant.refreshAt);
    this.revision += 1;
    this.failures = 0;
    this.fault = null;
    this.withheldLedgerId = null;
    this.release(now);
  }

  private eraseTokens(): void {
    Object.assign(this, {
      accessToken: null,
      refreshToken: null,
      namedTokens: null,
      dpopKey: null,
      namedStates: null,
      ownRefreshAt: null,
      dueToken: null,
      refreshAt: null,
      expiresAt: null,
      diesAt: null,
      diesBecause: null,
      deathIsFixed: false,
      withheldLedgerId: null,
      foretoldDays: null,
    });
  }

  private release(now: Date): void {
    this.leaseOwner = null;
    this.leaseUntil = null;
    this.updatedAt = now;
  }
}
