import { StackError } from './stack.error.js';
import type { ExitReport } from './supervised-process.js';
import { LocalInstallation } from './start/local-installation.js';
import { lastWords } from './start/readiness.js';
import { signInLinks } from './start/sign-in-links.js';
import { startScreen } from './start/start-screen.js';
import { readStartSettings } from './start/start-settings.js';

/** What `npm start` runs once everything is installed and built. Ends with 0 if it was asked to, else with 1. */
async function main(): Promise<number> {
  const asked = askedToStop();
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const settings = readStartSettings(process.env);
  const installation = new LocalInstallation(settings, (line) => say(`  ${line}`));
  try {
    const runtime = await Promise.race([installation.start(), asked]);
    if (runtime === STOP) return 0;
    say(startScreen(runtime, await signInLinks(runtime), settings));
    const end = await Promise.race([installation.firstDeath(), asked]);
    if (end === STOP) return 0;
    complain(`${describe(end)} Everything else is stopped.`, lastWords(end.lastLogLines));
    return 1;
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    complain(error.message, error.hint);
    return 1;
  } finally {
    say('  stopping');
    await installation.stop();
  }
}

const STOP = Symbol('asked to stop');

/** Ctrl-C, a polite kill, a closed terminal, or the end of the launcher: all mean the same, and more than one does no harm. */
function askedToStop(): Promise<typeof STOP> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(STOP));
    process.once('disconnect', () => resolve(STOP));
  });
}

function describe({ name, code, signal }: ExitReport): string {
  const how = signal ? `was ended by ${signal}` : code === null ? 'is gone' : `ended with code ${code}`;
  return `${name} ${how}.`;
}

function complain(message: string, hint: string | null): void {
  process.stderr.write(`\n${message}\n${hint ? `\n${hint}\n` : ''}\n`);
}

process.exitCode = await main();
if (process.connected) process.disconnect();
// Nothing should be left that keeps the process; if something is, it must not keep the terminal.
setTimeout(() => process.exit(), 1000).unref();
