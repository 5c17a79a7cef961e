import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LostAnswers } from './lost-answers.js';
import { Ticks } from '../schedule/ticks.js';

const TIDY_MS = 10_000;

/** Links and flows are of no use once they ran out; kept a day longer, so that a late visitor is told why and not just turned away. */
@Injectable()
export class AuthorizationSchedule implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly dataSource: DataSource,
    private readonly lostAnswers: LostAnswers,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks.start({ name: 'spent-links-and-flows', everyMs: TIDY_MS, work: () => this.tidy() });
  }

  private async tidy(): Promise<void> {
    await this.lostAnswers.tellUnanswered();
    // The verifier of a consent that nobody finished goes at once: it is a secret, and it can't be used any more.
    await this.dataSource.query(
      `UPDATE authorization_flows SET code_verifier = NULL, dpop_key = NULL
         WHERE (code_verifier IS NOT NULL OR dpop_key IS NOT NULL) AND expires_at < now()`,
    );
    for (const table of ['authorization_links', 'authorization_flows', 'device_authorizations']) {
      await this.dataSource.query(`DELETE FROM ${table} WHERE expires_at < now() - interval '1 day'`);
    }
  }
}
