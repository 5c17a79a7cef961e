import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT, TemporaryStack, natsServerBinary } from '@lockkeeper/local-stack';

declare global {
  var lockkeeperTestStack: TemporaryStack | undefined;
}

/**
 * Once for a whole run of the system tests: one PostgreSQL, of which every test file takes databases of its own
 * (`test/support/databases.ts`), and the nats-server program, of which every test file starts one.
 */
export default async function globalSetup(): Promise<void> {
  requireBuild();
  const [stack, nats] = await Promise.all([TemporaryStack.start({ nats: false }), natsServerBinary()]);
  globalThis.lockkeeperTestStack = stack;
  process.env.LOCKKEEPER_TEST_POSTGRES_URL = stack.postgres.adminUrl;
  process.env.NATS_SERVER_BIN = nats;
}

/** The system tests run the built apps, as an installation would. `npm test` builds them first. */
function requireBuild(): void {
  const built = ['libs/local-stack/dist/index.js', 'apps/credentials/dist/bundled/main.js'];
  const missing = built.filter((file) => !existsSync(join(PROJECT_ROOT, file)));
  if (missing.length > 0)
    throw new Error(`The system tests run what is built, and ${missing.join(', ')} is not. Build first: npm run build`);
}
