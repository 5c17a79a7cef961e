import { Inject, Injectable } from '@nestjs/common';
import { type Principal, requesterOf } from '@lockkeeper/access-control';
import type { PublishedCredential } from '@lockkeeper/contracts';
import { LockkeeperError } from '@lockkeeper/doors';
import type { Secret } from '@lockkeeper/sealing';
import { type Refreshed, Refreshes } from '../commands/refreshes.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { EntitledConnections, type Wanted } from '../consumers/entitled-connections.js';
import { Connections } from '../intake/connections.js';
import type { HeldConnection } from '../intake/held-connection.js';
import { type OpenedConnection, OpenedConnections } from '../intake/opened-connections.js';
import { type Demand, isGoodNow, weigh, whyNot } from './freshness.js';
import { isBound } from '../intake/held-connection.js';
import { Moments } from './moments.js';
import { tokenNamed } from './named-token.js';
import { countAnswered, tokenReads } from './tokens.metrics.js';
import { CredentialNotReadable, TokenBound, TokenRefused } from './tokens.errors.js';

/** A living token, opened. */
export interface HandedToken {
  connection: HeldConnection;
  accessToken: Secret;
  /** Of generic API services: how calls carry what was filled in. All of it is secret. */
  credential: PublishedCredential | null;
  /** What the token is bound to (RFC 9449): a call proves it. */
  dpopKey: Secret | null;
}

/** The same one each time, until something about it changes. */
export type RecalledToken = HandedToken & OpenedConnection;

/** Who wants which of a connection's tokens, and how good. */
interface Order {
  demand: Demand;
  reader: Principal;
  /** Its own if it isn't said. */
  token: string | undefined;
}

/** Hands out tokens that live, and says why there is none. */
@Injectable()
export class TokenReader {
  constructor(
    private readonly entitled: EntitledConnections,
    private readonly connections: Connections,
    private readonly refreshes: Refreshes,
    private readonly opened: OpenedConnections,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly moments: Moments,
  ) {}

  /** For a consumer's own eyes. @throws the errors of `carry`, CredentialNotReadable, TokenBound */
  async read(reader: Principal, wanted: Wanted, demand: Demand): Promise<HandedToken> {
    const token = await this.carry(reader, wanted, demand);
    const { baseUrls } = token.connection.tokenUse;
    if (token.credential?.readable === false) throw new CredentialNotReadable(baseUrls);
    if (isBound(token.connection)) throw new TokenBound(baseUrls);
    return token;
  }

  /** For a call on the consumer's behalf. Asks credentials once at most, and waits for the deadline at most. @throws NotEntitled, ConnectionUnknown, TokenRefused */
  async carry(reader: Principal, wanted: Wanted, demand: Demand): Promise<HandedToken> {
    try {
      const found = tokenNamed(await this.entitled.find(reader, wanted), wanted.token);
      const order = { demand, reader, token: wanted.token };
      const { connection, accessToken, credential, dpopKey } = await this.fresh(found, order);
      countAnswered();
      return { connection, accessToken: accessToken!, credential, dpopKey };
    } catch (error) {
      tokenReads.inc({ outcome: error instanceof LockkeeperError ? error.code : 'failed' });
      throw error;
    }
  }

  /** A good token of the connection's own, as far as everything that it takes is remembered; null says nothing. Isn't counted. */
  recall(consumerId: string, name: string): RecalledToken | null {
    const found = this.entitled.recall(consumerId, name);
    // As `weigh` says it to who wants any living token.
    return found && found.livesUntil > this.moments.deathLine() ? (found as RecalledToken) : null;
  }

  private async fresh(found: OpenedConnection, { demand, reader, token }: Order): Promise<OpenedConnection> {
    const held = found.connection;
    const verdict = weigh(held, demand, this.moments.now());
    switch (verdict.kind) {
      case 'good':
        return found;
      case 'refused':
        throw new TokenRefused(verdict.because, held);
      case 'awaited':
        await this.refreshes.arrival(held.id, verdict.version);
        return this.lookAgain(held, { demand, token }, null);
      case 'outworn': {
        const order = { connectionId: held.id, supersedes: held.version, token, requestedBy: requesterOf(reader) };
        return this.lookAgain(held, { demand, token }, await this.refreshes.newer(order));
      }
    }
  }

  /** Never asks a second time: what is here now is the answer, or the reason. */
  private async lookAgain(
    before: HeldConnection,
    { demand, token }: Omit<Order, 'reader'>,
    refreshed: Refreshed | null,
  ): Promise<OpenedConnection> {
    this.opened.forget(before); // or the next reader may get an older one than this one
    const row = await this.connections.byId(before.id);
    const now = row && tokenNamed(this.opened.opened(row), token);
    const held = now?.connection ?? before;
    if (now && isGoodNow(held, { ...demand, before: before.version }, this.moments.now())) return now;
    throw refusal(held, refreshed);
  }
}

function refusal(held: HeldConnection, refreshed: Refreshed | null): TokenRefused {
  const { reply = null, trouble = null } = refreshed ?? {};
  const because = whyNot(held, refreshed === null ? null : (reply?.outcome ?? 'unheard'));
  const ours = trouble instanceof LockkeeperError ? trouble : null;
  return new TokenRefused(because, held, {
    because: ours?.detail ?? null,
    hint: reply?.hint ?? ours?.hint ?? null,
    retryAfterSeconds: reply?.retryAfterSeconds ?? ours?.retryAfterSeconds ?? null,
    cause: trouble ?? undefined,
  });
}
