import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiAnswer, ApiClient } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { System } from '../support/workspaces.js';

/** Small bounds, so that a few requests reach them; a proxy in front that says where requests come from. */
describe('a caller who asks too much', () => {
  let system: System;

  beforeAll(async () => {
    const bounds = (prefix: string): Record<string, string> => ({
      [`${prefix}_REQUESTS_PER_KEY`]: '5',
      [`${prefix}_REQUESTS_PER_ADDRESS`]: '5',
      [`${prefix}_REFUSED_KEYS_PER_ADDRESS`]: '3',
      [`${prefix}_TRUSTED_PROXIES`]: '127.0.0.0/8',
    });
    system = await System.start({ env: { ...bounds('CREDENTIALS'), ...bounds('ACCESS_TOKENS') } });
  });
  afterAll(() => system?.stop());

  const from = (client: ApiClient, path: string, address: string): Promise<ApiAnswer> =>
    client.get(path, { 'x-forwarded-for': address });
  const atOnce = (times: number, ask: () => Promise<ApiAnswer>): Promise<ApiAnswer[]> =>
    Promise.all(Array.from({ length: times }, ask));

  it.each(['credentials', 'access-tokens'])(
    'with a key of %s is told to slow down, and nobody else is',
    async (workspace) => {
      const client = workspace === 'credentials' ? system.admin : system.tokensAdmin;
      const answers: ApiAnswer[] = [];
      const slowed = await eventually(
        async () => {
          answers.push(...(await atOnce(50, () => client.get('/v1/keys'))));
          return answers.find(({ status }) => status === 429);
        },
        { what: 'the key is told to slow down' },
      );
      expect(slowed).toMatchObject({ body: { code: 'too_many_requests', hint: expect.any(String) } });
      expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(answers.filter(({ status }) => status !== 429 && status !== 200)).toEqual([]);
    },
  );

  it('without a key is told so by address, as a trusted proxy tells it', async () => {
    const stranger = system.admin.with(null);
    const ask = (): Promise<ApiAnswer> => from(stranger, '/v1/manifests/schema', '198.51.100.1');
    await eventually(async () => (await atOnce(40, ask)).some(({ status }) => status === 429), {
      what: 'the address is told to slow down',
    });
    expect((await from(stranger, '/v1/manifests/schema', '198.51.100.2')).status).toBe(200);
  });

  it.each(['credentials', 'access-tokens'])(
    'by trying keys of %s waits, longer each time, and its neighbours don’t',
    async (workspace) => {
      const client = workspace === 'credentials' ? system.admin : system.tokensAdmin;
      const guess = (): Promise<ApiAnswer> =>
        from(
          client.with(`${workspace === 'credentials' ? 'lkc_' : 'lkt_'}${'x'.repeat(43)}`),
          '/v1/keys',
          '203.0.113.5',
        );
      const tries: ApiAnswer[] = [];
      for (let count = 0; count < 5; count += 1) tries.push(await guess());
      expect(tries.slice(0, 4).map(({ status }) => status)).toEqual([401, 401, 401, 401]);
      expect(tries[4]).toMatchObject({ status: 429, body: { code: 'too_many_refused_keys' } });
      expect(Number(tries[4]!.headers.get('retry-after'))).toBeGreaterThan(0);
      // The key's own second may not be over yet.
      await eventually(async () => (await from(client, '/v1/keys', '203.0.113.6')).status === 200, {
        what: 'a neighbour is served',
      });
    },
  );
});
