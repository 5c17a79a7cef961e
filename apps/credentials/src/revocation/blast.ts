import { Injectable } from '@nestjs/common';
import type { ExposureFact } from '@lockkeeper/contracts';
import type { Manifest, TokenKind } from '@lockkeeper/manifests';
import { DataSource, In, Not } from 'typeorm';
import { Connection } from '../connections/connection.entity.js';
import { type Belonging, Connections } from '../connections/connections.js';
import { GrantSeal } from '../connections/grant-seal.js';
import { Exposures } from './exposures.js';

export interface BlastToken {
  token: TokenKind;
  /** Null: it is the connection's own; else its name among the tokens of one answer. */
  name: string | null;
  /** `asked`: the provider is asked to revoke it. `taken_along`: it dies with one that is asked for. `lives_on`: until it expires. */
  fate: 'asked' | 'taken_along' | 'lives_on';
}

export interface BlastConnection {
  id: string;
  user: string;
  /** False: it may be hit, and nobody has found out. */
  certain: boolean;
}

/** What a revocation would hit, told before it is made. */
export interface Blast extends Belonging {
  /** What dies with a token at this provider; null where programs can't revoke. */
  effect: 'token' | 'family' | 'install' | 'unknown' | null;
  tokens: BlastToken[];
  /** Other connections. */
  connections: BlastConnection[];
  /** Null: could not be checked. */
  consumers: ExposureFact[] | null;
}

/** Accounts are compared by opening what was captured: of so many connections at most. */
const MOST_COMPARED = 1000;

/** From what the manifest knows of cascades, and from what consumers have read. */
@Injectable()
export class Blasts {
  constructor(
    private readonly dataSource: DataSource,
    private readonly connections: Connections,
    private readonly seal: GrantSeal,
    private readonly exposures: Exposures,
  ) {}

  /** Changes nothing. @throws ConnectionNotFound */
  async of(connectionId: string): Promise<Blast> {
    const belonging = await this.connections.get(connectionId);
    const effect = effectOf(belonging.apiService.manifest);
    const [alike, dependent, consumers] = await Promise.all([
      this.takenAlong(belonging, effect),
      this.dependents(connectionId),
      this.exposures.known({ connectionIds: [connectionId] }),
    ]);
    const connections = [...dependent, ...alike.filter(({ id }) => dependent.every((other) => other.id !== id))];
    return { ...belonging, effect, tokens: this.tokensOf(belonging), connections, consumers };
  }

  private tokensOf({ connection, apiService: { manifest } }: Belonging): BlastToken[] {
    const { accessToken, refreshToken, namedTokens } = this.seal.open(connection);
    const own = fates(manifest, null, { access_token: accessToken, refresh_token: refreshToken });
    const named = Object.entries(namedTokens).flatMap(([name, token]) =>
      fates(manifest, name, { access_token: token.accessToken, refresh_token: token.refreshToken }),
    );
    return [...own, ...named];
  }

  /** RFC 8693: their tokens were exchanged for its, or for one that was, and end with it, whatever the provider does. */
  private async dependents(connectionId: string): Promise<BlastConnection[]> {
    const rows = await this.dataSource.query<{ id: string; user: string }[]>(
      `WITH RECURSIVE ending AS (
         SELECT id FROM connections WHERE subject_connection_id = $1 OR actor_connection_id = $1
         UNION SELECT c.id FROM connections c JOIN ending e ON c.subject_connection_id = e.id OR c.actor_connection_id = e.id)
       SELECT c.id, c.user_id AS "user" FROM connections c JOIN ending USING (id)
       WHERE c.status NOT IN ('revoked', 'reauthorization_required') ORDER BY c.id`,
      [connectionId],
    );
    return rows.map(({ id, user }) => ({ id, user, certain: true }));
  }

  /** A grant is one account's: connections of the same account share its fate. An installation is everybody's. */
  private async takenAlong({ connection, apiService }: Belonging, effect: Blast['effect']): Promise<BlastConnection[]> {
    if (effect === null || effect === 'token') return [];
    const others = await this.dataSource.manager.find(Connection, {
      where: {
        id: Not(connection.id),
        apiServiceId: apiService.id,
        status: In(['active', 'refresh_failing', 'reauthorization_required']),
      },
      order: { id: 'ASC' },
      take: MOST_COMPARED,
    });
    if (effect === 'install') return others.map(({ id, user }) => ({ id, user, certain: false }));
    const account = this.accountOf(connection, apiService.manifest);
    return others.flatMap((other) => {
      const theirs = this.accountOf(other, apiService.manifest);
      if (account !== null && theirs !== null && account !== theirs) return [];
      const certain = effect === 'family' && account !== null && theirs !== null;
      return [{ id: other.id, user: other.user, certain }];
    });
  }

  private accountOf(connection: Connection, { subject }: Manifest): string | null {
    if (subject === undefined) return null;
    const value = this.seal.open(connection).captured[subject];
    return value === undefined || value === null ? null : JSON.stringify(value);
  }
}

export const effectOf = ({ revoke }: Manifest): Blast['effect'] =>
  revoke !== null && 'request' in revoke ? revoke.effect : null;

function fates({ revoke }: Manifest, name: string | null, held: Record<TokenKind, unknown>): BlastToken[] {
  const kinds = (['refresh_token', 'access_token'] as const).filter((kind) => held[kind] !== null);
  if (revoke === null || !('request' in revoke)) return kinds.map((token) => ({ token, name, fate: 'lives_on' }));
  const cascades = revoke.effect === 'family' || revoke.effect === 'install';
  const asked = revoke.tokens.filter((kind) => kinds.includes(kind)).slice(0, cascades ? 1 : undefined);
  return kinds.map((token) => {
    const fate = asked.includes(token) ? 'asked' : cascades && asked.length > 0 ? 'taken_along' : 'lives_on';
    return { token, name, fate };
  });
}
