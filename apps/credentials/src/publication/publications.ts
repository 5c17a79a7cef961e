import { Injectable } from '@nestjs/common';
import {
  type DeathForecast,
  type Publication,
  type PublicationCause,
  type PublishedCredential,
  type PublishedToken,
  publicationMessageId,
  publicationSubject,
} from '@lockkeeper/contracts';
import { isGeneric } from '@lockkeeper/manifests';
import { enqueueAll, OutboxRelay } from '@lockkeeper/messaging';
import { KeyRing, PublicationSealer } from '@lockkeeper/sealing';
import type { EntityManager } from 'typeorm';
import type { Belonging } from '../connections/connections.js';
import type { Connection } from '../connections/connection.entity.js';
import { deathInWords } from '../connections/death.js';
import { GrantSeal } from '../connections/grant-seal.js';
import { publishedCredential } from '../token-endpoint/credential.js';
import { tokenUse } from '../token-endpoint/token-use.js';
import { isBound } from '../token-endpoint/wire-request.js';

export interface News {
  cause: PublicationCause;
  /** In plain words, where the connection isn't simply fine. */
  reason: string | null;
}

/** What access-tokens may know of a connection, sealed for it and put into the outbox of the same transaction. */
@Injectable()
export class Publications {
  constructor(
    private readonly keyRing: KeyRing,
    private readonly sealer: PublicationSealer,
    private readonly relay: OutboxRelay,
    private readonly seal: GrantSeal,
  ) {}

  /** Call it after the transitions, in its transaction; and `nudge()` after the commit. */
  async announceAll(
    manager: EntityManager,
    announcements: readonly { belonging: Belonging; news: News }[],
  ): Promise<void> {
    if (announcements.length === 0) return;
    const messages = announcements.map(async ({ belonging, news }) => {
      const publication = this.snapshot(belonging, news);
      return {
        orderingKey: publication.connectionId,
        subject: publicationSubject(publication.connectionId),
        messageId: publicationMessageId(publication),
        // Sealed before it is stored: from here on not even this workspace can read it.
        payload: await this.sealer.seal(publication),
      };
    });
    await enqueueAll(manager, await Promise.all(messages));
  }

  /** The transaction is committed: the relay needn't wait for its next look. */
  nudge(): void {
    this.relay.nudge();
  }

  private snapshot({ connection, apiService }: Belonging, { cause, reason }: News): Publication {
    const { params, captured } = connection;
    const place = { table: 'connections', id: connection.id, column: 'captured' };
    const known = captured === null ? '{}' : this.keyRing.open(captured, place).reveal();
    return {
      connectionId: connection.id,
      apiService: apiService.slug,
      user: connection.user,
      status: connection.status,
      version: connection.version,
      revision: connection.revision,
      cause,
      token: this.token({ connection, apiService }),
      ...this.named(connection),
      use: tokenUse({ ...apiService, params }, JSON.parse(known) as Record<string, unknown>),
      reason,
      forecast: forecastOf(connection),
      scopeReduction: connection.scopeReduction,
      notice: connection.notice,
      occurredAt: connection.updatedAt.toISOString(),
    };
  }

  private token({ connection, apiService }: Belonging): PublishedToken | null {
    const accessToken = this.seal.openAccessToken(connection);
    if (accessToken === null) return null;
    return {
      accessToken: accessToken.reveal(),
      tokenType: connection.tokenType ?? 'Bearer',
      scope: connection.scope,
      expiresAt: connection.expiresAt?.toISOString() ?? null,
      ...this.binding(connection),
      ...(isGeneric(apiService.manifest) && { credential: this.credential({ connection, apiService }) }),
    };
  }

  /** Without its key a bound token is of no use; a key that no token is bound to stays here. */
  private binding({ id, tokenType, dpopKey }: Connection): Pick<PublishedToken, 'dpopKey'> {
    return isBound(tokenType) && dpopKey !== null ? { dpopKey: this.seal.openDpopKey(id, dpopKey).reveal() } : {};
  }

  /** The tokens besides its own, and at which version each of all of them came. */
  private named(connection: Connection): Pick<Publication, 'tokenVersion' | 'namedTokens'> {
    const { namedStates } = connection;
    if (!namedStates) return {};
    const tokens = Object.entries(this.seal.openNamed(connection)).map(([name, token]) => {
      const { accessToken, tokenType, scope, expiresAt } = token;
      const version = namedStates.tokens[name]?.version ?? connection.version;
      return [name, { accessToken: accessToken.reveal(), tokenType, scope, expiresAt, version }] as const;
    });
    return { tokenVersion: namedStates.ownVersion, namedTokens: Object.fromEntries(tokens) };
  }

  /** What its user filled in, with everything that calls need of it. Our own client and address take no part in that. */
  private credential({ connection, apiService }: Belonging): PublishedCredential {
    const { id, fieldSecrets } = connection;
    const place = { table: 'connections', id, column: 'field_secrets' };
    const secrets = JSON.parse(
      fieldSecrets === null ? '{}' : this.keyRing.open(fieldSecrets, place).reveal(),
    ) as object;
    const params = { ...connection.params, ...secrets };
    return publishedCredential({ ...apiService, params, clientSecret: null, assertionKey: null, redirectUri: '' });
  }
}

function forecastOf(connection: Connection): DeathForecast | null {
  const { diesAt, foretoldDays } = connection;
  if (diesAt === null || foretoldDays === null) return null;
  return { diesAt: diesAt.toISOString(), because: deathInWords(connection) ?? '', daysAhead: foretoldDays };
}
