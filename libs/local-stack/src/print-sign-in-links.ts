import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Runtime } from './start/local-installation.js';
import { signInLinks } from './start/sign-in-links.js';
import { readStartSettings } from './start/start-settings.js';

/** `npm run sign-in`: new links into the consoles of the Lockkeeper that runs here. Ends with 1 if none does. */
async function main(): Promise<number> {
  const file = join(readStartSettings(process.env).directory, 'runtime.json');
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) {
    process.stderr.write(`No Lockkeeper runs here: ${file} is missing. Start it with:  npm start\n`);
    return 1;
  }
  const { credentials, accessTokens } = await signInLinks(JSON.parse(text) as Runtime);
  const withdrawn = 'none: the first admin key was withdrawn; sign in with another key';
  process.stdout.write(`Each signs one browser in, once, within ten minutes.

  credentials     ${credentials ?? withdrawn}
  access-tokens   ${accessTokens ?? withdrawn}
`);
  return 0;
}

process.exitCode = await main();
