import { Injectable } from '@nestjs/common';
import type { ApiService } from '../api-services/api-service.entity.js';
import { ClientHealth } from '../api-services/client-health.js';
import type { TokenFault } from '../token-endpoint/token-fault.js';
import { ProviderPace } from './provider-pace.js';

/** What a refresh says about its API service, besides what it says about its connection. */
@Injectable()
export class ProviderStanding {
  constructor(
    private readonly clientHealth: ClientHealth,
    private readonly pace: ProviderPace,
  ) {}

  async accepted(apiService: ApiService): Promise<void> {
    await this.clientHealth.accepted(apiService);
    await this.pace.fine(apiService);
  }

  async refused(apiService: ApiService, fault: TokenFault): Promise<void> {
    await this.clientHealth.refused(apiService, fault);
  }

  async failed(apiService: ApiService, fault: TokenFault): Promise<void> {
    if (fault.retryAfterSeconds !== null) await this.clientHealth.pause(apiService.id, fault.retryAfterSeconds);
    // An error in our own setting-up, or of our own, says nothing about the provider.
    if (fault.owner === 'provider' || fault.owner === 'network') await this.pace.troubled(apiService, fault);
  }
}
