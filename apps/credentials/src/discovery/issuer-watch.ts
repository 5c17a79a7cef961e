import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Ticks } from '../schedule/ticks.js';
import { DiscoveryFailed } from '../token-endpoint/discovery.errors.js';
import { TokenEndpoint } from '../token-endpoint/token-endpoint.js';
import { PinnedIssuers } from './pinned-issuers.js';

const EVERY_MS = 1000;
const AT_ONCE = 5;
/** Longer than a look may take: a replica that died over one leaves it to the next. */
const LOOK_SECONDS = 60;

/** Looks again at what issuers say of themselves. Any number of replicas may: each look is one replica's. */
@Injectable()
export class IssuerWatch implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly dataSource: DataSource,
    private readonly endpoint: TokenEndpoint,
    private readonly pins: PinnedIssuers,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks.start({ name: 'issuer-metadata', everyMs: EVERY_MS, work: () => this.round() });
  }

  /** Whatever it brings is kept; what can't be had is told as such, and the last good copy stays. */
  async look(issuer: string): Promise<void> {
    try {
      await this.pins.saw(await this.endpoint.metadata(issuer));
    } catch (error) {
      if (!(error instanceof DiscoveryFailed)) throw error;
      await this.pins.missed(issuer, error);
    }
  }

  private async round(): Promise<void> {
    const [due] = await this.dataSource.query<[{ issuer: string }[], number]>(
      `UPDATE discovered_issuers SET look_at = now() + make_interval(secs => $2) WHERE issuer IN (
         SELECT i.issuer FROM discovered_issuers i WHERE i.look_at <= now()
           AND EXISTS (SELECT FROM api_services s WHERE s.discovered_issuer = i.issuer AND s.status <> 'retired')
         ORDER BY i.look_at LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING issuer`,
      [AT_ONCE, LOOK_SECONDS],
    );
    await Promise.all(due.map(({ issuer }) => this.look(issuer)));
  }
}
