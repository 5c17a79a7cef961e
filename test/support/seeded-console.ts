import pg from 'pg';
import { succeeded } from './api-client.js';
import { seedConnections } from './seeded-connections.js';
import type { Stage } from './stage.js';

const DAY_SECONDS = 86_400;
const QUIET_SECONDS = 40 * DAY_SECONDS;

interface Fate {
  user: string;
  status?: 'refresh_failing' | 'reauthorization_required';
  diesInDays?: number;
  because?: 'refresh_token_expires' | 'idle' | 'grant_ends';
}

const FATES: Record<string, Fate[]> = {
  google: [
    { user: 'grace@example.org', diesInDays: 3, because: 'refresh_token_expires' },
    { user: 'katherine@example.org', diesInDays: 170, because: 'idle' },
    { user: 'edsger@example.org', diesInDays: 171, because: 'idle' },
    { user: 'barbara@example.org', status: 'reauthorization_required' },
    { user: 'hedy@example.org' },
  ],
  hubspot: [
    { user: 'sales@example.com', status: 'refresh_failing', diesInDays: 12, because: 'refresh_token_expires' },
    { user: 'marketing@example.com' },
    { user: 'support@example.com' },
  ],
  xero: [
    { user: 'ledger-1', diesInDays: 26, because: 'grant_ends' },
    { user: 'ledger-2', diesInDays: 26, because: 'grant_ends' },
    { user: 'ledger-3', diesInDays: 54, because: 'grant_ends' },
    { user: 'ledger-4', diesInDays: 61, because: 'refresh_token_expires' },
  ],
};

/**
 * A workspace as it is after some weeks of use: API services, connections of every fate, one client that its provider refuses, notices, a
 * history of rotations. What takes weeks is written into the database; everything else comes by the doors.
 */
export async function seedConsole({ system, desk }: Stage): Promise<void> {
  const database = new pg.Client(system.databases.credentialsDatabaseUrl);
  await database.connect();
  try {
    for (const [catalogue, fates] of Object.entries(FATES)) {
      const client = { clientId: `${catalogue}-client`, clientSecret: `${catalogue}-secret-of-the-seed` };
      succeeded(await system.admin.post('/v1/api-services', { slug: catalogue, catalogue, ...client }));
      await connectionsOf(system, database, { catalogue, fates });
    }
    await history(database);
    await desk.registerSandbox('mailer', { name: 'Mailer', clientSecret: 'a-secret-that-was-changed-at-the-provider' });
    await connectionsOf(system, database, { catalogue: 'mailer', fates: [{ user: 'news@example.com' }] });
    await database.query(`UPDATE connections SET refresh_at = now() WHERE user_id = 'news@example.com'`);
    await database.query(NOT_REFRESHED, ['hubspot', 'sales@example.com']);
  } finally {
    await database.end();
  }
  await desk.connect('sandbox', 'linus@example.net');
  const { items } = succeeded(
    await system.admin.get<{ items: { id: string }[] }>('/v1/connections?status=reauthorization_required'),
  );
  for (const { id } of items) await system.admin.post(`/v1/connections/${id}/notices`, {});
}

async function connectionsOf(
  system: Stage['system'],
  database: pg.Client,
  { catalogue, fates }: { catalogue: string; fates: Fate[] },
): Promise<void> {
  const ids = await seedConnections({
    databaseUrl: system.databases.credentialsDatabaseUrl,
    secrets: system.secrets,
    apiService: catalogue,
    count: fates.length,
    refreshIn: () => QUIET_SECONDS,
    expiresIn: (index) => 1800 + index * 600,
    refreshToken: (index) => `refresh-of-${catalogue}-${index}`,
  });
  for (const [index, { user, status = 'active', diesInDays = null, because = null }] of fates.entries()) {
    await database.query(
      `UPDATE connections SET user_id = $2, status = $3, dies_because = $5, death_is_fixed = ($5::text IS NOT DISTINCT FROM 'grant_ends'),
         dies_at = now() + make_interval(days => $4), version = 3 + length($2),
         fault = CASE WHEN $3 = 'reauthorization_required' THEN $6::jsonb END
       WHERE id = $1`,
      [ids[index], user, status, diesInDays, because, GRANT_ENDED],
    );
  }
}

const GRANT_ENDED = JSON.stringify({
  owner: 'grant',
  code: 'invalid_grant',
  detail: 'Its user has taken the consent back.',
  hint: 'Send its user a notice, or a link: a new consent mends this connection.',
  at: new Date().toISOString(),
});

/** A refresh that failed for a passing reason: it is tried again much later than this test lives. */
const NOT_REFRESHED = `UPDATE connections c SET failures = 4, fault = jsonb_build_object('owner', 'provider', 'code', 'provider_unavailable',
    'detail', 'The provider answers with 503.', 'hint', 'Nothing to do: it is tried again, ever less often.', 'at', now())
  FROM api_services s WHERE s.id = c.api_service_id AND s.slug = $1 AND c.user_id = $2`;

/** A day with a morning's storm, and a provider that failed for an hour. */
async function history(database: pg.Client): Promise<void> {
  await database.query(
    `INSERT INTO refresh_ledger (id, connection_id, superseded_version, fence, owner, cause, intended_at, outcome, closed_at)
     SELECT gen_random_uuid(), (SELECT id FROM connections ORDER BY id LIMIT 1), 1, 1, 'seed', 'scheduled', t.at, t.outcome, t.at
     FROM (
       SELECT now() - make_interval(mins => n * 5) AS at,
         CASE WHEN n BETWEEN 100 AND 112 AND n % 2 = 0 THEN 'failed' ELSE 'applied' END AS outcome
       FROM generate_series(1, 280) n, generate_series(1, 14) copies
       WHERE copies <= 4 + 3 * sin(n / 14.0) + CASE WHEN n BETWEEN 150 AND 160 THEN 6 ELSE 0 END
     ) t`,
  );
}
