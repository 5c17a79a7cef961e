import { freePort } from '@lockkeeper/local-stack';
import { succeeded } from '../support/api-client.js';
import { AppProcess } from '../support/app-process.js';
import type { System } from '../support/workspaces.js';
import type { BenchRun } from './bench-run.js';

export const INSTANT = 'instant';

/** A provider that answers at once, in a process of its own. @returns its URL */
export async function instantProvider(run: BenchRun): Promise<string> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = 'test/bench/dist/test/bench/instant-provider.js';
  const provider = new AppProcess('provider', url, program, { PORT: String(port) });
  await run.uses(provider.start(), () => provider.stop());
  return url;
}

/** The API service of that provider, by its five fields. */
export async function registerInstant({ admin }: System, providerUrl: string): Promise<void> {
  const addresses = { authorizeUrl: `${providerUrl}/authorize`, tokenUrl: `${providerUrl}/token` };
  const body = { slug: INSTANT, name: INSTANT, clientId: 'bench', clientSecret: 'bench-secret-bench', ...addresses };
  succeeded(await admin.post('/v1/api-services', body));
}
