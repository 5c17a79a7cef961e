import pg from 'pg';
import { KeyRing } from '@lockkeeper/sealing';
import type { System } from '../support/workspaces.js';
import type { BenchRun } from './bench-run.js';
import { INSTANT } from './instant-service.js';

const AT_ONCE = 50_000;

/** As a consent leaves them, due in an hour or later. What is sealed in them is the same for all, and opens in none: nobody opens it. */
const IN_CREDENTIALS = `
  INSERT INTO connections (id, api_service_id, user_id, status, version, revision, access_token, refresh_token, captured,
    token_type, scope, issued_at, authorized_at, expires_at, refresh_at)
  SELECT gen_random_uuid(), s.id, 'filler-' || i, 'active', 1, 1, $4, $4, $4, 'Bearer', 'read', now(), now(),
    now() + interval '2 days', now() + interval '1 hour' + (i % 80000) * interval '1 second'
  FROM generate_series($1::int, $2::int) AS i, api_services s WHERE s.slug = $3`;

const IN_ACCESS_TOKENS = `
  INSERT INTO connections (id, api_service, user_id, status, version, revision, access_token, token_type, scope, issued_at, expires_at,
    token_use, occurred_at, publication_digest)
  SELECT gen_random_uuid(), $3, 'filler-' || i, 'active', 1, 1, $4, 'Bearer', 'read', now(), now() + interval '2 days',
    '{"baseUrls":[],"header":"Authorization","scheme":"Bearer","query":null,"headers":{}}', now(), 'none'
  FROM generate_series($1::int, $2::int) AS i`;

/** Brings both workspaces from so many connections to so many, while neither runs. */
export async function fill(run: BenchRun, { databases, secrets }: System, [from, to]: [number, number]): Promise<void> {
  run.say(`from ${from} to ${to} connections`);
  const place = { table: 'connections', id: 'filler', column: 'filler' };
  const sealed = async (
    ring: 'credentialsKeyRing' | 'accessTokensKeyRing',
    workspace: 'credentials' | 'access-tokens',
  ): Promise<string> => KeyRing.parse(await secrets.read(ring), workspace).seal('x'.repeat(64), place);
  const [inCredentials, inAccessTokens] = await Promise.all([
    sealed('credentialsKeyRing', 'credentials'),
    sealed('accessTokensKeyRing', 'access-tokens'),
  ]);
  await Promise.all([
    insert(databases.credentialsDatabaseOwnerUrl!, IN_CREDENTIALS, { sealed: inCredentials, from, to }),
    insert(databases.accessTokensDatabaseOwnerUrl!, IN_ACCESS_TOKENS, { sealed: inAccessTokens, from, to }),
  ]);
}

interface Rows {
  sealed: string;
  from: number;
  to: number;
}

async function insert(databaseUrl: string, sql: string, { sealed, from, to }: Rows): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // Nobody listens: a million notifications would only be in the way.
    await client.query('ALTER TABLE connections DISABLE TRIGGER USER');
    for (let first = from + 1; first <= to; first += AT_ONCE) {
      await client.query(sql, [first, Math.min(to, first + AT_ONCE - 1), INSTANT, sealed]);
    }
    await client.query('ALTER TABLE connections ENABLE TRIGGER USER');
    await client.query('VACUUM ANALYZE connections');
  } finally {
    await client.end();
  }
}
