import { Injectable, Logger } from '@nestjs/common';
import { DatabaseClock } from '@lockkeeper/database';
import { metrics } from '@lockkeeper/observability';
import { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { ApiServices } from './api-services.js';
import type { HeldCertificateFacts } from './api-service.entity.js';
import { warningDue } from './certificate-ends.js';

interface Ending {
  slug: string;
  facts: HeldCertificateFacts;
  secondsLeft: number;
}

const HELD = `status <> 'retired' AND client_certificate_facts IS NOT NULL`;

/** Client certificates end; after that nothing is sent in their name. Told 30, 7 and 1 days ahead, each once, whichever replica looks. */
@Injectable()
export class CertificateWatch {
  private readonly logger = new Logger('client-certificates');

  constructor(
    private readonly dataSource: DataSource,
    private readonly apiServices: ApiServices,
    private readonly clock: DatabaseClock,
  ) {}

  async warn(): Promise<void> {
    const now = this.clock.now();
    for (const { slug, facts } of await this.endings()) if (warningDue(facts, now) !== null) await this.warnOf(slug);
  }

  /** Of every certificate in use; asked for when the metrics are. */
  measure(): void {
    const left = new Gauge({
      name: 'lockkeeper_client_certificate_seconds_left',
      help: 'Until the certificate that a client proves itself with ends; negative after that.',
      labelNames: ['api_service'],
      registers: [metrics],
      collect: async () => {
        // Without the database nobody knows; the other metrics are told all the same.
        const endings = await this.endings().catch(() => []);
        left.reset();
        for (const { slug, secondsLeft } of endings) left.set({ api_service: slug }, secondsLeft);
      },
    });
  }

  private endings(): Promise<Ending[]> {
    return this.dataSource.query(
      `SELECT slug, client_certificate_facts AS facts, extract(epoch FROM (client_certificate_facts->>'expiresAt')::timestamptz - now())::float AS "secondsLeft"
       FROM api_services WHERE ${HELD} ORDER BY slug`,
    );
  }

  private async warnOf(slug: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const apiService = await this.apiServices.lock(manager, slug);
      const facts = apiService.clientCertificateFacts;
      const days = facts && warningDue(facts, this.clock.now());
      // Another replica was first, or there is another certificate by now.
      if (facts === null || days === null) return;
      apiService.clientCertificateFacts = { ...facts, warnedDays: days };
      await manager.save(apiService);
      await this.apiServices.record(manager, apiService, {
        event: 'certificate_expiring',
        fingerprint: facts.fingerprint,
      });
      this.logger.warn({
        event: 'client_certificate_expiring',
        apiService: slug,
        expiresAt: facts.expiresAt,
        daysAhead: days,
      });
    });
  }
}
