import { Injectable } from '@nestjs/common';
import { type ApiServicePublication, apiServiceMessageId, publicationSubject } from '@lockkeeper/contracts';
import { OutboxRelay, enqueue } from '@lockkeeper/messaging';
import { PublicationSealer } from '@lockkeeper/sealing';
import type { EntityManager } from 'typeorm';
import type { ApiService } from '../api-services/api-service.entity.js';

/** What access-tokens may know of an API service itself: whether requests with its client are of any use. */
@Injectable()
export class ApiServicePublications {
  constructor(
    private readonly sealer: PublicationSealer,
    private readonly relay: OutboxRelay,
  ) {}

  /** Call it after its status changed, in the same transaction; and `nudge()` after the commit. */
  async announce(manager: EntityManager, apiService: ApiService): Promise<void> {
    const publication = snapshot(apiService);
    await enqueue(manager, {
      orderingKey: publication.apiServiceId,
      subject: publicationSubject(publication.apiServiceId),
      messageId: apiServiceMessageId(publication),
      payload: await this.sealer.sealApiService(publication),
    });
  }

  nudge(): void {
    this.relay.nudge();
  }
}

/** Frozen, or refused by the provider: to consumers it is the same, and the reason tells which. */
const snapshot = ({ id, slug, status, revision, fault, frozen, updatedAt }: ApiService): ApiServicePublication => ({
  apiServiceId: id,
  apiService: slug,
  status: status === 'client_fault' || frozen ? 'client_fault' : 'active',
  revision,
  reason: frozen?.detail ?? (status === 'client_fault' ? (fault?.detail ?? null) : null),
  occurredAt: updatedAt.toISOString(),
});
