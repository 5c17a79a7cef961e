import { randomBytes } from 'node:crypto';
import { type WorkspaceDatabases, createWorkspaceDatabases } from '@lockkeeper/local-stack';

/** Two empty databases, one per workspace with roles of its own, in the PostgreSQL that all test files share. */
export function freshDatabases(options: { owners?: boolean } = {}): Promise<WorkspaceDatabases> {
  const adminUrl = process.env.LOCKKEEPER_TEST_POSTGRES_URL;
  if (!adminUrl)
    throw new Error('No PostgreSQL for the tests: run them through jest, which starts it (global-setup.ts).');
  return createWorkspaceDatabases(adminUrl, { suffix: `_${randomBytes(6).toString('hex')}`, ...options });
}
