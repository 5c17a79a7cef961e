import sparticuz from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/** It looks for nothing on the network: what isn't on this machine isn't found. Not the package's own: those are for one page and no more. */
const ARGUMENTS = [
  '--no-sandbox', // as root there is none to be had
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

/** A real Chromium, without a window: the one that ships inside an npm package, or CHROME_PATH. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = process.env.CHROME_PATH ?? (await sparticuz.executablePath());
  return chromium.launch({ executablePath, args: ARGUMENTS, headless: true });
}
