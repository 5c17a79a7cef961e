import { Inject, Injectable } from '@nestjs/common';
import { type Principal, actorOf } from '@lockkeeper/access-control';
import { LockkeeperError } from '@lockkeeper/doors';
import { KeyRing, type Secret } from '@lockkeeper/sealing';
import { type Refreshed, Refreshes } from '../commands/refreshes.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { EntitledConnections, type Wanted } from '../consumers/entitled-connections.js';
import { Connections } from '../intake/connections.js';
import { type HeldConnection, tokenPlace } from '../intake/held-connection.js';
import { type Demand, type Moment, isGoodNow, weigh, whyNot } from './freshness.js';
import { tokenReads } from './tokens.metrics.js';
import { TokenRefused } from './tokens.errors.js';

/** A living token, opened. */
export interface HandedToken {
  connection: HeldConnection;
  accessToken: Secret;
}

/** Hands out tokens that live, and says why there is none. */
@Injectable()
export class TokenReader {
  constructor(
    private readonly entitled: EntitledConnections,
    private readonly connections: Connections,
    private readonly refreshes: Refreshes,
    private readonly keyRing: KeyRing,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Asks credentials once at most, and waits for the deadline at most. @throws NotEntitled, ConnectionUnknown, TokenRefused */
  async read(reader: Principal, wanted: Wanted, demand: Demand): Promise<HandedToken> {
    try {
      const connection = await this.entitled.find(reader, wanted);
      const token = this.opened(await this.fresh(connection, demand, reader));
      tokenReads.inc({ outcome: 'answered' });
      return token;
    } catch (error) {
      tokenReads.inc({ outcome: error instanceof LockkeeperError ? error.code : 'failed' });
      throw error;
    }
  }

  private async fresh(held: HeldConnection, demand: Demand, reader: Principal): Promise<HeldConnection> {
    const verdict = weigh(held, demand, this.moment());
    switch (verdict.kind) {
      case 'good':
        return held;
      case 'refused':
        throw new TokenRefused(verdict.because, held);
      case 'awaited':
        await this.refreshes.arrival(held.id, verdict.version);
        return this.lookAgain(held, demand, null);
      case 'outworn': {
        const order = { connectionId: held.id, supersedes: held.version, requestedBy: actorOf(reader) };
        return this.lookAgain(held, demand, await this.refreshes.newer(order));
      }
    }
  }

  /** Never asks a second time: what is here now is the answer, or the reason. */
  private async lookAgain(
    before: HeldConnection,
    demand: Demand,
    refreshed: Refreshed | null,
  ): Promise<HeldConnection> {
    const held = (await this.connections.byId(before.id)) ?? before;
    if (isGoodNow(held, { ...demand, before: before.version }, this.moment())) return held;
    throw refusal(held, refreshed);
  }

  private opened(connection: HeldConnection): HandedToken {
    return { connection, accessToken: this.keyRing.open(connection.accessToken!, tokenPlace(connection.id)) };
  }

  private moment(): Moment {
    return { now: new Date(), marginSeconds: this.settings.ACCESS_TOKENS_CLOCK_MARGIN_SECONDS };
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
