import { type AddressInfo, type Server, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { SteadyClient } from './steady-client.js';

const message = (type: string, ...parts: (string | number)[]): Buffer => {
  const body = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : Buffer.of(part))),
  );
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
};
const AUTHENTICATED = message('R', 0, 0, 0, 0);
const READY = message('Z', 'I'.charCodeAt(0));
const ENDED = message('E', 'SFATAL', 'C57P01', 'Mterminating connection due to administrator command', 0);

/** A PostgreSQL that is shut down: it ends each connection in the same breath in which it accepts it. */
describe('a connection that ends as soon as it is made', () => {
  let server: Server;
  let pool: pg.Pool;
  beforeEach(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined); // cut off by the other side
      socket.once('data', () => socket.end(Buffer.concat([AUTHENTICATED, READY, ENDED])));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    pool = new pg.Pool({
      connectionString: `postgres://who@127.0.0.1:${port}/what`,
      Client: SteadyClient,
    } as pg.PoolConfig);
  });
  afterEach(async () => {
    await pool.end();
    await new Promise((resolve) => server.close(resolve));
  });

  it('fails what is asked of it, not the process, and is dropped', async () => {
    // As TypeORM takes one: it begins to listen only after the turn in which the pool stops.
    const { client, release } = await new Promise<{ client: pg.PoolClient; release: () => void }>((resolve, reject) =>
      pool.connect((error, client, release) => (error ? reject(error) : resolve({ client: client!, release }))),
    );
    await expect(client.query('SELECT 1')).rejects.toThrow('not queryable');
    release();
    expect(pool.totalCount).toBe(0);
  });
});
