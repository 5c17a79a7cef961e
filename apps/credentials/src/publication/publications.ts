import { Injectable } from '@nestjs/common';
import {
  type Publication,
  type PublicationCause,
  type PublishedToken,
  publicationMessageId,
  publicationSubject,
} from '@lockkeeper/contracts';
import { enqueue, OutboxRelay } from '@lockkeeper/messaging';
import { KeyRing, PublicationSealer } from '@lockkeeper/sealing';
import type { EntityManager } from 'typeorm';
import type { Belonging } from '../connections/connections.js';
import type { Connection } from '../connections/connection.entity.js';

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
  ) {}

  /** Call it after the transition, in its transaction; and `nudge()` after the commit. */
  async announce(manager: EntityManager, belonging: Belonging, news: News): Promise<void> {
    const publication = this.snapshot(belonging, news);
    await enqueue(manager, {
      orderingKey: publication.connectionId,
      subject: publicationSubject(publication.connectionId),
      messageId: publicationMessageId(publication),
      // Sealed before it is stored: from here on not even this workspace can read it.
      payload: await this.sealer.seal(publication),
    });
  }

  /** The transaction is committed: the relay needn't wait for its next look. */
  nudge(): void {
    this.relay.nudge();
  }

  private snapshot({ connection, apiService }: Belonging, { cause, reason }: News): Publication {
    const { use } = apiService.manifest;
    return {
      connectionId: connection.id,
      apiService: apiService.slug,
      user: connection.user,
      status: connection.status,
      version: connection.version,
      revision: connection.revision,
      cause,
      token: this.token(connection),
      use: {
        baseUrls: use.baseUrls,
        header: use.header,
        scheme: use.scheme,
        refusedStatuses: use.refusedStatuses,
      },
      reason,
      occurredAt: connection.updatedAt.toISOString(),
    };
  }

  private token(connection: Connection): PublishedToken | null {
    if (connection.accessToken === null) return null;
    const place = { table: 'connections', id: connection.id, column: 'access_token' };
    return {
      accessToken: this.keyRing.open(connection.accessToken, place).reveal(),
      tokenType: connection.tokenType ?? 'Bearer',
      scope: connection.scope,
      expiresAt: connection.expiresAt?.toISOString() ?? null,
    };
  }
}
