import { randomUUID } from 'node:crypto';
import type { InstallationSecrets } from '@lockkeeper/local-stack';
import { KeyRing } from '@lockkeeper/sealing';
import pg from 'pg';

export interface Seed {
  databaseUrl: string;
  secrets: InstallationSecrets;
  apiService: string;
  count: number;
  /** Seconds from now; each may differ. */
  refreshIn: (index: number) => number;
  expiresIn?: (index: number) => number;
  /** The refresh token that each holds. */
  refreshToken: (index: number) => string;
}

const AT_ONCE = 5_000;
const REST = 3600;

/** Connections as a consent would have left them, thousands at a time: their tokens sealed for their rows with the installation's own ring. */
export async function seedConnections(seed: Seed): Promise<string[]> {
  const ring = KeyRing.parse(await seed.secrets.read('credentialsKeyRing'), 'credentials');
  const client = new pg.Client({ connectionString: seed.databaseUrl });
  await client.connect();
  try {
    const ids: string[] = [];
    for (let from = 0; from < seed.count; from += AT_ONCE) {
      const rows = Array.from({ length: Math.min(AT_ONCE, seed.count - from) }, (_none, index) =>
        rowOf(seed, ring, from + index),
      );
      await insert(client, seed.apiService, rows);
      ids.push(...rows.map(({ id }) => id));
    }
    await client.query('ANALYZE connections');
    return ids;
  } finally {
    await client.end();
  }
}

interface Row {
  id: string;
  user: string;
  access: string;
  refresh: string;
  captured: string;
  refreshIn: number;
  expiresIn: number;
}

function rowOf({ refreshIn, expiresIn = () => REST, refreshToken }: Seed, ring: KeyRing, index: number): Row {
  const id = randomUUID();
  const seal = (value: string, column: string): string => ring.seal(value, { table: 'connections', id, column });
  return {
    id,
    user: `seeded-${index}-${id.slice(0, 8)}`,
    access: seal(`access-of-${id}`, 'access_token'),
    refresh: seal(refreshToken(index), 'refresh_token'),
    captured: seal('{}', 'captured'),
    refreshIn: refreshIn(index),
    expiresIn: expiresIn(index),
  };
}

async function insert(client: pg.Client, apiService: string, rows: Row[]): Promise<void> {
  const column = <K extends keyof Row>(name: K): Row[K][] => rows.map((row) => row[name]);
  await client.query(
    `INSERT INTO connections (id, api_service_id, user_id, status, version, revision, access_token, refresh_token, captured,
       token_type, scope, issued_at, authorized_at, expires_at, refresh_at)
     SELECT r.id, s.id, r.user_id, 'active', 1, 1, r.access, r.refresh, r.captured, 'Bearer', 'read', now(), now(),
       now() + make_interval(secs => r.expires_in), now() + make_interval(secs => r.refresh_in)
     FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::float8[], $8::float8[])
       AS r (id, user_id, access, refresh, captured, refresh_in, expires_in), api_services s WHERE s.slug = $1`,
    [
      ...[apiService, column('id'), column('user'), column('access'), column('refresh'), column('captured')],
      ...[column('refreshIn'), column('expiresIn')],
    ],
  );
}
