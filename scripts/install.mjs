// Installs the packages of package-lock.json, if something is missing or has changed; else does nothing, fast.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { ScriptError, inProject, progress, run, script } from './project.mjs';

const lockFile = inProject('package-lock.json');
const stamp = inProject('node_modules', '.lockkeeper-lock-hash');

export async function install() {
  const wanted = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  if (!installedByHand()) await npmCi();
  writeFileSync(stamp, wanted);
}

async function npmCi() {
  const [command, args] = npm();
  const quiet = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await progress('Installing packages (a minute or two the first time)', () =>
    run(command, [...args, ...quiet], { capture: true }),
  );
  if (code !== 0) throw new ScriptError(`npm ci failed:\n${output}`);
}

/** The npm that runs us, if one does. */
function npm() {
  const program = process.env.npm_execpath;
  if (program && /\.c?js$/.test(program)) return [process.execPath, [program]];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
}

/**
 * True if `npm install` has brought node_modules to the lock file's state already: `npm ci` would delete it all, to make the same again.
 * npm keeps a lock file of what it installed; packages of other platforms aren't in it.
 */
function installedByHand() {
  const installedFile = inProject('node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, optional, devOptional, peer, link }]) => {
    if (!path.startsWith('node_modules/')) return true;
    if (!installed[path]) return optional === true || devOptional === true || peer === true;
    return link === true || installed[path].version === version;
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await script(install);
