import { Inject, Injectable } from '@nestjs/common';
import type { PublishedCredential, PublishedNamedToken } from '@lockkeeper/contracts';
import { KeyRing, Secret } from '@lockkeeper/sealing';
import { DataSource } from 'typeorm';
import { Changes } from '../changes/changes.js';
import { Memory } from '../changes/memory.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { CONNECTION_COLUMNS } from './connections.js';
import {
  credentialPlace,
  dpopKeyPlace,
  type HeldConnection,
  livesUntil,
  namedTokensPlace,
  tokenPlace,
} from './held-connection.js';

/** What is held of one connection, its token opened; null where there is no token. */
export interface OpenedConnection {
  readonly connection: HeldConnection;
  readonly accessToken: Secret | null;
  /** As the function of this name has it. */
  readonly livesUntil: number;
  /** Of generic API services: how calls carry what was filled in. All of it is secret. */
  readonly credential: PublishedCredential | null;
  /** The key that the token is bound to (RFC 9449); null where it is bound to nothing, or the key is not here. */
  readonly dpopKey: Secret | null;
  /** Tokens besides its own, by name. */
  readonly named: ReadonlyMap<string, NamedHeld>;
}

/** A token besides the connection's own. */
export interface NamedHeld extends Omit<PublishedNamedToken, 'accessToken'> {
  accessToken: Secret;
}

type Named = Pick<HeldConnection, 'apiService' | 'user'>;

/** Should a slug have been given anew, the living connection is meant, and of several the newest. */
const FIND = `
  SELECT ${CONNECTION_COLUMNS} FROM connections c WHERE c.api_service = $1 AND c.user_id = $2
  ORDER BY c.status = 'revoked', c.occurred_at DESC LIMIT 1`;

const MEGABYTE = 1_048_576;
/** Objects, keys and dates around the texts, roughly. */
const AROUND = 1500;

/** Opened tokens, remembered until the database tells that their connection changed: by a publication, whichever replica took it in. */
@Injectable()
export class OpenedConnections {
  private readonly memory: Memory<OpenedConnection>;

  constructor(
    private readonly dataSource: DataSource,
    private readonly keyRing: KeyRing,
    changes: Changes,
    @Inject(SETTINGS) settings: Pick<Settings, 'ACCESS_TOKENS_MEMORY_MEGABYTES'>,
  ) {
    const size = settings.ACCESS_TOKENS_MEMORY_MEGABYTES * MEGABYTE;
    this.memory = new Memory({ counts: () => changes.areHeard, size, sizeOf });
    changes.heardBy((change) => {
      if (change.kind === 'everything') this.memory.forgetAll();
      if (change.kind === 'connection') this.forget(change);
    });
  }

  /** Only what is remembered, and counts. @param name API service and user with a slash between */
  recall(name: string): OpenedConnection | undefined {
    return this.memory.get(name);
  }

  async find({ apiService, user }: Named): Promise<OpenedConnection | null> {
    // No slug has one, and the name of another connection might be made with it.
    if (apiService.includes('/')) return null;
    return this.memory.obtain(nameOf({ apiService, user }), async () => {
      const [connection] = await this.dataSource.query<HeldConnection[]>(FIND, [apiService, user]);
      return connection ? this.opened(connection) : null;
    });
  }

  /** For who knows before the database tells. */
  forget(named: Named): void {
    this.memory.forget(nameOf(named));
  }

  opened(connection: HeldConnection): OpenedConnection {
    const { accessToken, credential, dpopKey, id } = connection;
    const filledIn = credential === null ? null : this.keyRing.open(credential, credentialPlace(id)).reveal();
    return {
      connection,
      livesUntil: livesUntil(connection),
      accessToken: accessToken === null ? null : this.keyRing.open(accessToken, tokenPlace(id)),
      credential: filledIn === null ? null : (JSON.parse(filledIn) as PublishedCredential),
      dpopKey: dpopKey === null ? null : this.keyRing.open(dpopKey, dpopKeyPlace(id)),
      named: this.named(connection),
    };
  }

  /** The tokens besides its own. */
  named({ id, namedTokens }: Pick<HeldConnection, 'id' | 'namedTokens'>): ReadonlyMap<string, NamedHeld> {
    if (namedTokens === null) return new Map();
    const opened = JSON.parse(this.keyRing.open(namedTokens, namedTokensPlace(id)).reveal()) as Record<
      string,
      PublishedNamedToken
    >;
    const tokens = Object.entries(opened).map(
      ([name, token]) => [name, { ...token, accessToken: new Secret(token.accessToken) }] as const,
    );
    return new Map(tokens);
  }
}

const nameOf = ({ apiService, user }: Named): string => `${apiService}/${user}`;

function sizeOf({ connection }: OpenedConnection): number {
  const { user, accessToken, credential, namedTokens, dpopKey, scope, reason, tokenUse } = connection;
  const texts = [
    user,
    accessToken,
    accessToken,
    credential,
    credential,
    namedTokens,
    namedTokens,
    dpopKey,
    dpopKey,
    scope,
    reason,
    JSON.stringify(tokenUse),
  ];
  return AROUND + 2 * texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
}
