import 'reflect-metadata';
import { failBoot } from '@lockkeeper/doors';
import { keysProgram, keyWrappingOf } from '@lockkeeper/key-management';
import { environment } from './config/environment.js';
import { readSettings } from './config/settings.js';
import { keyServiceOf, readWorkspaceKeys } from './config/workspace-keys.js';
import { dataSourceOptions, SEALED_COLUMNS } from './migrations/data-source.js';

/** `npm run keys:add|write|rotate -- access-tokens`, with the settings that the workspace runs with. */
async function run(): Promise<void> {
  const settings = readSettings(environment());
  const { keyRing } = await readWorkspaceKeys(settings);
  process.exitCode = await keysProgram(process.argv.slice(2), {
    ringPath: settings.ACCESS_TOKENS_KEY_RING_FILE,
    wrapping: keyWrappingOf(keyServiceOf(settings)),
    keyRing,
    database: dataSourceOptions(settings),
    sealedColumns: SEALED_COLUMNS,
  });
}

run().catch(failBoot);
