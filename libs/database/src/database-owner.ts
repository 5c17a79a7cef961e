import type { DataSource } from 'typeorm';

/** Written once and never changed: the workspace's own role can't, whatever triggers say. */
const APPEND_ONLY = ['audit_log', 'audit_chain'];

/**
 * What the running workspace may do with tables that another role owns: read and write rows. It can't change a table, drop a trigger,
 * or make anything new; the log of what was done it can only append to, and which migrations were run it can only read.
 */
export async function grantRows(owner: DataSource, role: string, migrationsTable: string): Promise<void> {
  const name = owner.driver.escape(role);
  const statements = [
    `GRANT USAGE ON SCHEMA public TO ${name}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${name}`,
    `GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${name}`,
    `REVOKE INSERT, UPDATE, DELETE ON ${owner.driver.escape(migrationsTable)} FROM ${name}`,
    ...(await existing(owner)).map((table) => `REVOKE UPDATE, DELETE ON ${table} FROM ${name}`),
  ];
  for (const statement of statements) await owner.query(statement);
}

async function existing(owner: DataSource): Promise<string[]> {
  const rows = await owner.query<{ name: string }[]>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname = ANY($1)`,
    [APPEND_ONLY],
  );
  return rows.map(({ name }) => owner.driver.escape(name));
}
