import { Injectable } from '@nestjs/common';
import { DatabaseClock } from '@lockkeeper/database';
import { isRefreshable, isUserless } from '@lockkeeper/manifests';
import type { Secret } from '@lockkeeper/sealing';
import type { ApiService } from '../api-services/api-service.entity.js';
import { ApiServices } from '../api-services/api-services.js';
import type { Connection } from '../connections/connection.entity.js';
import { type Belonging, Connections } from '../connections/connections.js';
import { GrantSeal, type OpenedGrant } from '../connections/grant-seal.js';
import type { Followed } from '../token-endpoint/follow-ups.js';
import { renewalOf } from '../token-endpoint/named-tokens.js';
import type { OAuthTarget } from '../token-endpoint/oauth-target.js';
import type { RawAnswer } from '../token-endpoint/raw-answer.js';
import { TokenEndpoint } from '../token-endpoint/token-endpoint.js';
import { mayHoldRefreshToken } from '../token-endpoint/unread-answer.js';
import { Asking } from './asking.js';
import type { FreshLease, Lease } from './leases.js';
import { nothingToRefresh, subjectNotReady } from './rotation.errors.js';

/** What the provider is asked for the next token with, and how its answer is read: by the grant that the connection has. */
@Injectable()
export class Renewal {
  private readonly held = new WeakMap<Belonging, OpenedGrant>();
  /** Those that are looked at together share their API service as it was then. */
  private readonly targets = new WeakMap<ApiService, OAuthTarget>();

  constructor(
    private readonly connections: Connections,
    private readonly apiServices: ApiServices,
    private readonly seal: GrantSeal,
    private readonly endpoint: TokenEndpoint,
    private readonly asking: Asking,
    private readonly clock: DatabaseClock,
  ) {}

  /** @throws TokenFault where no whole answer came, or nothing could be sent */
  async ask(lease: FreshLease, belonging: Belonging): Promise<RawAnswer> {
    const { connection, apiService } = belonging;
    const target = { ...this.targetOf(belonging), dpopKey: await this.keyFor(belonging) };
    const { captured, namedTokens, ...own } = this.heldBy(belonging);
    const named = lease.tokenName === null ? null : namedTokens[lease.tokenName];
    if (named === undefined) throw nothingToRefresh();
    const { accessToken, refreshToken } = named ?? own;
    if (isUserless(apiService.manifest)) {
      const scopes = scopesOf(lease, connection);
      const issue = { scopes, captured, ...(await this.tokensOf(connection)) };
      return this.asking.issue({ lease, belonging, target }, issue);
    }
    if (!isRefreshable(apiService.manifest, { accessToken, refreshToken })) throw nothingToRefresh();
    const grant = { accessToken, refreshToken, captured, scope: (named ?? connection).scope };
    return this.asking.refresh({ lease, belonging, target }, grant);
  }

  /** The answer is kept, or none came. */
  conclude(belonging: Belonging): Promise<void> {
    return this.asking.conclude(belonging);
  }

  /** @throws TokenFault for whatever is no grant */
  async read(lease: Lease, belonging: Belonging, answer: RawAnswer): Promise<Followed> {
    const { connection } = belonging;
    const { scope, tokenType } = connection;
    const { dpopKey } = this.heldBy(belonging);
    const target = { ...this.targetOf(belonging), dpopKey };
    if (lease.tokenName !== null) return this.readNamed(lease.tokenName, belonging, { target, answer });
    const anew = lease.cause === 'issue';
    const previous = { ...this.heldBy(belonging), scope: anew ? null : scope, tokenType };
    const grant = await this.endpoint.readAnswer(target, answer, {
      previous,
      requestedScopes: connection.requestedScopes,
      notAfter: await this.endOfSubject(connection),
    });
    return this.endpoint.followUp(target, grant, isFirst(lease) ? 'exchange' : 'refresh');
  }

  /** As an answer of the connection's own, with that one token before it, and nothing else in it. */
  private async readNamed(
    name: string,
    belonging: Belonging,
    { target, answer }: { target: OAuthTarget; answer: RawAnswer },
  ): Promise<Followed> {
    const named = this.heldBy(belonging).namedTokens[name];
    const previous = named && { ...named, namedTokens: {}, captured: {} };
    const manifest = renewalOf(target.manifest, name);
    const grant = await this.endpoint.readAnswer({ ...target, manifest }, answer, { ...(previous && { previous }) });
    return { grant, trace: [] };
  }

  /** Whether an answer that is no grant, as far as the manifest knows, may be the only place where the next refresh token is. */
  mayHoldTheNext({ tokenName }: Lease, belonging: Belonging, answer: RawAnswer): boolean {
    const { refreshToken, namedTokens } = this.heldBy(belonging);
    const { manifest } = belonging.apiService;
    const held = tokenName === null ? refreshToken : (namedTokens[tokenName]?.refreshToken ?? null);
    return mayHoldRefreshToken(tokenName === null ? manifest : renewalOf(manifest, tokenName), answer, held);
  }

  /** What its tokens are bound to: drawn now, and kept before it is used, where a grant without a key is asked for bound tokens from here on. */
  private async keyFor(belonging: Belonging): Promise<Secret | null> {
    const { connection, apiService } = belonging;
    const held = this.heldBy(belonging);
    if (held.dpopKey !== null) return held.dpopKey;
    const drawn = await this.endpoint.drawDpopKey(apiService);
    if (drawn === null) return null;
    const sealed = this.seal.sealDpopKey(connection.id, drawn.privateKey);
    const kept = await this.connections.keepFirstDpopKey(connection.id, sealed);
    held.dpopKey = this.seal.openDpopKey(connection.id, kept);
    return held.dpopKey;
  }

  /** Its client's secrets opened once. */
  private targetOf({ apiService, connection }: Belonging): OAuthTarget {
    const target = this.targets.get(apiService) ?? this.apiServices.target(apiService, connection);
    this.targets.set(apiService, target);
    return { ...target, params: connection.params };
  }

  /** Opened once for each refresh, and forgotten with it. */
  private heldBy(belonging: Belonging): OpenedGrant {
    const held = this.held.get(belonging) ?? this.seal.open(belonging.connection);
    this.held.set(belonging, held);
    return held;
  }

  /** RFC 8693: the tokens of the connections that this one stands for. */
  private async tokensOf({ subjectConnectionId, actorConnectionId }: Connection) {
    return {
      subjectToken: subjectConnectionId === null ? null : await this.livingToken(subjectConnectionId),
      actorToken: actorConnectionId === null ? null : await this.livingToken(actorConnectionId),
    };
  }

  private async livingToken(connectionId: string) {
    const { connection } = await this.connections.get(connectionId);
    const { accessToken } = this.seal.open(connection);
    const expired = connection.expiresAt !== null && connection.expiresAt <= this.clock.now();
    if (accessToken === null || expired) throw subjectNotReady(connection.status);
    return accessToken;
  }

  private async endOfSubject({ subjectConnectionId }: Connection): Promise<Date | null> {
    if (subjectConnectionId === null) return null;
    return (await this.connections.get(subjectConnectionId)).connection.diesAt;
  }
}

/**
 * A later token is asked for with what was granted, never with more (RFC 6749 section 6); one that is begun anew with all that is wanted.
 * Where the provider has other names for what it grants than for what it is asked, nothing can be compared: it is asked as before.
 */
function scopesOf({ cause }: Lease, { scope, requestedScopes }: Connection): readonly string[] {
  const granted = scope?.split(' ') ?? [];
  const both = requestedScopes.filter((one) => granted.includes(one));
  return cause === 'issue' || both.length === 0 ? requestedScopes : both;
}

const isFirst = ({ cause, supersededVersion }: Lease): boolean => cause === 'issue' || supersededVersion === 0;
