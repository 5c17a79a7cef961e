import { Injectable } from '@nestjs/common';
import { isRefreshable } from '@lockkeeper/manifests';
import { DataSource } from 'typeorm';
import type { Connection } from '../connections/connection.entity.js';
import { type Belonging, Connections } from '../connections/connections.js';
import type { NamedState } from '../connections/named-states.js';
import { Transitions } from '../connections/transitions.js';
import { effectOf } from '../revocation/blast.js';
import { Revocations } from '../revocation/revocations.js';
import { Rotation } from '../rotation/rotation.js';

const DEADLINE_MS = 25_000;
/** More than any answer has tokens. */
const MOST_ROUNDS = 20;

export type ReissueOutcome =
  { done: true } | { done: false; retryAfterSeconds: number | null; because: string; grantIsDead: boolean };

/** One that lapsed isn't held any more; its fault stands there still. */
const isHeld = ({ refreshable, fault }: NamedState): boolean => refreshable || fault === null;

/** Whether the access tokens can be taken back, or left to expire, without their grant, and others be had instead of each. */
export const survivesAlone = ({ connection, apiService: { manifest } }: Belonging): boolean => {
  const effect = effectOf(manifest);
  const named = Object.values(connection.namedStates?.tokens ?? {}).filter(isHeld);
  const renewable = isRefreshable(manifest, connection) && named.every(({ refreshable }) => refreshable);
  return renewable && (effect === null || effect === 'token');
};

/** The tokens that the connection had at that version and has still: null for its own, else by name. */
export function tokensSince({ version, namedStates }: Connection, upTo: number): (string | null)[] {
  const own = (namedStates?.ownVersion ?? version) <= upTo ? [null] : [];
  const named = Object.entries(namedStates?.tokens ?? {}).filter(([, state]) => isHeld(state) && state.version <= upTo);
  return [...own, ...named.map(([name]) => name)];
}

/** Newer tokens instead of those that are in the wrong hands. */
@Injectable()
export class Reissue {
  constructor(
    private readonly dataSource: DataSource,
    private readonly connections: Connections,
    private readonly transitions: Transitions,
    private readonly revocations: Revocations,
    private readonly rotation: Rotation,
  ) {}

  /**
   * Hands its tokens to revocation and writes down its version, in one transaction. A second time changes nothing.
   * @returns the version that has to be replaced
   */
  condemn(orderId: string, connectionId: string): Promise<number> {
    let version = 0;
    return this.dataSource.transaction(async (manager) => {
      await this.transitions.within(manager, connectionId, async (belonging) => {
        version = belonging.connection.version;
        const [rows] = await manager.query<[{ version: number }[], number]>(
          `UPDATE revocation_order_items i SET version = $3 WHERE order_id = $1 AND connection_id = $2 AND version IS NULL RETURNING version`,
          [orderId, connectionId, version],
        );
        if (rows.length === 0) return null;
        await this.revocations.expose(manager, belonging);
        const detail = 'Its access tokens may be in the wrong hands: they are revoked, and newer ones are fetched.';
        return { publish: null, event: 'exposed', detail };
      });
      return version;
    });
  }

  /** Each token that was there at that version, one after another; begun again after a crash, only those that are left. */
  async replace(connectionId: string, condemned: number): Promise<ReissueOutcome> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const { connection } = await this.connections.get(connectionId);
      const [token] = tokensSince(connection, condemned);
      if (token === undefined) return { done: true };
      const outcome = await this.replaceOne(connection, token);
      if (!outcome.done) return outcome;
    }
    return { done: false, retryAfterSeconds: 1, because: 'Others refreshed its tokens meanwhile.', grantIsDead: false };
  }

  private async replaceOne({ id, version }: Connection, token: string | null): Promise<ReissueOutcome> {
    const reply = await this.rotation.rotate({
      ...{ connectionId: id, supersedes: version, cause: 'operator', deadlineMs: DEADLINE_MS },
      ...(token !== null && { token }),
    });
    const { outcome, hint, retryAfterSeconds } = reply;
    if (outcome === 'rotated' || outcome === 'already_rotated') return { done: true };
    const because = hint ?? `The refresh is ${outcome}.`;
    return { done: false, retryAfterSeconds, because, grantIsDead: outcome === 'not_refreshable' };
  }
}
