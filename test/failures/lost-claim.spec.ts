import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../apps/access-tokens/src/migrations/data-source.js';
import { DeliveryClaims } from '../../apps/access-tokens/src/webhooks/delivery-claims.js';
import { freshDatabases } from '../support/databases.js';

/** The database did what it was asked, and went away before it could say so. */
describe('a claim of webhooks’ deliveries whose answer got lost', () => {
  let dataSource: DataSource;
  let answersGetLost = false;

  beforeAll(async () => {
    const { accessTokensDatabaseUrl: url } = await freshDatabases();
    const settings = { ACCESS_TOKENS_DATABASE_URL: url, ACCESS_TOKENS_DATABASE_POOL: 1 };
    dataSource = await new DataSource(dataSourceOptions(settings)).initialize();
    await dataSource.runMigrations();
    const query = dataSource.query.bind(dataSource);
    dataSource.query = async <T>(text: string, values?: unknown[]): Promise<T> => {
      const answer = await query<T>(text, values);
      if (answersGetLost) throw new Error('Connection terminated unexpectedly');
      return answer;
    };
  });
  afterAll(() => dataSource?.destroy());

  it('is given back with the next one, long before its lease ends; somebody else’s isn’t', async () => {
    const [consumer, webhook] = [randomUUID(), randomUUID()];
    await dataSource.query(`INSERT INTO consumers (id, name, created_by) VALUES ($1, 'a test', 'test')`, [consumer]);
    await dataSource.query(
      `INSERT INTO webhooks (id, consumer_id, url, host, secret, created_by) VALUES ($1, $2, 'lks1.u', 'h', 'lks1.s', 'test')`,
      [webhook, consumer],
    );
    for (const subject of ['one', 'other'])
      await dataSource.query(
        `INSERT INTO webhook_deliveries (webhook_id, event_id, message_id, type, api_service, subject, payload, expires_at)
         VALUES ($1, $2, $2, 'token.rotated', 'sandbox', $2, '{}', now() + interval '1 day')`,
        [webhook, subject],
      );
    const [mine, theirs] = [new DeliveryClaims(dataSource), new DeliveryClaims(dataSource)];
    expect(await theirs.claim(1, 3600)).toHaveLength(1);
    answersGetLost = true;
    await expect(mine.claim(10, 3600)).rejects.toThrow('terminated');
    answersGetLost = false;
    expect(await theirs.claim(10, 3600)).toEqual([]);
    expect(await mine.claim(10, 3600)).toHaveLength(1);
    expect(await mine.claim(10, 3600)).toEqual([]);
  });
});
