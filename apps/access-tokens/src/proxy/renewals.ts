import { Injectable } from '@nestjs/common';
import { type Principal, requesterOf } from '@lockkeeper/access-control';
import { Refreshes } from '../commands/refreshes.js';
import type { HeldConnection } from '../intake/held-connection.js';

const TRUST_MS = 60_000;
const MOST_REMEMBERED = 10_000;

type Version = Pick<HeldConnection, 'id' | 'version'>;

/**
 * Newer tokens for those that an API refused. An API that refuses a token that was renewed a moment ago means something else by it (a
 * missing right, mostly): such a version is not renewed again for a minute, or every call there would spend a refresh.
 */
@Injectable()
export class Renewals {
  private readonly refusedWhenNew = new Map<string, number>();

  constructor(private readonly refreshes: Refreshes) {}

  /** Asks once, however many ask; waits for the refresh deadline at most. @returns whether there is a newer one to read */
  async newer(held: Version, caller: Principal, token?: string): Promise<boolean> {
    if (this.isHopeless(held, token)) return false;
    const demand = { connectionId: held.id, supersedes: held.version, token, requestedBy: requesterOf(caller) };
    return (await this.refreshes.newer(demand)).arrived;
  }

  /** This version was made for the call that it was refused in. */
  remember(held: Version, token?: string): void {
    const key = keyOf(held, token);
    this.refusedWhenNew.delete(key);
    this.refusedWhenNew.set(key, Date.now());
    if (this.refusedWhenNew.size > MOST_REMEMBERED) {
      this.refusedWhenNew.delete(this.refusedWhenNew.keys().next().value!);
    }
  }

  private isHopeless(held: Version, token: string | undefined): boolean {
    const at = this.refusedWhenNew.get(keyOf(held, token));
    return at !== undefined && Date.now() - at < TRUST_MS;
  }
}

/** Of several tokens of one connection, one may be refused and another not. */
const keyOf = ({ id, version }: Version, token = ''): string => `${id}:${version}:${token}`;
