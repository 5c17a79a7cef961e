import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Connected, Desk } from '../support/desk.js';
import { Provider } from '../support/provider.js';
import { System } from '../support/workspaces.js';

const MANY = 40;

/**
 * Ten times as many at once as each workspace has connections to its database. Whoever holds one in a transaction and asks for another would
 * have to wait for those who do the same, and all of them for ever.
 */
describe('many more at once than there are connections to the database', () => {
  let system: System;
  let desk: Desk;
  let provider: Provider;
  let connections: Connected[];

  beforeAll(async () => {
    const pools = { CREDENTIALS_DATABASE_POOL: '4', ACCESS_TOKENS_DATABASE_POOL: '4' };
    const env = { ...pools, CREDENTIALS_REQUESTS_PER_ADDRESS: '10000' };
    [system, provider] = await Promise.all([System.start({ env }), Provider.start()]);
    desk = new Desk(system);
    await desk.registerProvider('busy', provider, { revokeUrl: provider.address('revoke') });
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), provider?.stop()]);
  });

  const allAtOnce = <T>(work: (connection: Connected, index: number) => Promise<T>): Promise<T[]> =>
    Promise.all(connections.map(work));

  it('consent', async () => {
    connections = await Promise.all(Array.from({ length: MANY }, () => desk.connect('busy')));
    expect(provider.tokenRequests('authorization_code')).toHaveLength(MANY);
  });

  it('are refreshed, each once, and read', async () => {
    const replies = await allAtOnce((connection) => desk.refresh(connection));
    expect(replies.filter(({ outcome }) => outcome !== 'rotated')).toEqual([]);
    expect(provider.tokenRequests('refresh_token')).toHaveLength(MANY);
    await allAtOnce((connection) => desk.reads(connection, 2));
  });

  it('are revoked', async () => {
    const answers = await allAtOnce((connection) => desk.revoke(connection));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    await allAtOnce((connection) => desk.becomes(connection, 'revoked'));
  });
});
