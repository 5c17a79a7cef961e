// Builds the two consoles into apps/console/dist, if anything that they are made of has changed; else does nothing, fast.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { ScriptError, inProject, nodeProgram, progress, run, script } from './project.mjs';

export const WORKSPACES = ['credentials', 'access-tokens'];
const home = (...path) => inProject('apps', 'console', ...path);
const stamp = home('dist', '.sources');

/**
 * What any page of a console loads, gzipped: its entry, and the parts that only this page needs (the manifest's editor, a chart). Every
 * part counts with all that it imports, so none is unbounded. Style sheets and the icon don't count.
 */
export const MOST_SCRIPT_BYTES = 350 * 1024;
/** Of these, what is loaded before the first page shows. */
const MOST_FIRST_BYTES = 240 * 1024;
/** What the consoles share with the workspaces: the check of an audit log's export, and the names of events. */
const SHARED = ['audit-chain', 'sealing', 'contracts'];

export async function buildConsole() {
  const sources = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return;
  const { code, output } = await progress('Building the consoles', () =>
    run(nodeProgram(), [inProject('scripts', 'console.mjs')], { capture: true }),
  );
  if (code !== 0) throw new ScriptError(`The consoles can't be built:\n${output}`);
  writeFileSync(stamp, sources);
}

/** Of every source, and of the packages that go into it. */
function fingerprint() {
  const hash = createHash('sha256');
  const folders = [home('src'), ...SHARED.map((lib) => inProject('libs', lib, 'src'))];
  for (const file of folders.flatMap(filesIn).filter((path) => !path.includes('generated'))) {
    hash.update(file).update(readFileSync(file));
  }
  for (const file of ['package-lock.json', 'scripts/console.mjs']) hash.update(readFileSync(inProject(file)));
  return hash.digest('hex');
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function bundle(workspace) {
  const { build } = await import('vite');
  const outDir = home('dist', workspace);
  await build({
    configFile: false,
    root: home('src', workspace),
    base: '/',
    logLevel: 'error',
    oxc: { jsx: { runtime: 'automatic' } },
    build: {
      outDir,
      emptyOutDir: true,
      // Nothing as data: in the page: its policy wants everything from this origin.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      manifest: true,
      chunkSizeWarningLimit: 1000,
    },
  });
  compress(join(outDir, 'assets'));
  return scriptBytes(outDir);
}

/** Once, here, and not at each request. */
function compress(folder) {
  for (const file of filesIn(folder)) writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
}

/** In the built manifest's words: `imports` come at once, `dynamicImports` when a page asks for them. */
function scriptBytes(outDir) {
  const manifest = JSON.parse(readFileSync(join(outDir, '.vite', 'manifest.json'), 'utf8'));
  const withImports = (key, wanted = new Set()) => {
    if (wanted.has(key)) return wanted;
    wanted.add(key);
    for (const each of manifest[key].imports ?? []) withImports(each, wanted);
    return wanted;
  };
  const bytesOf = (keys) =>
    [...keys].reduce((sum, key) => sum + statSync(join(outDir, `${manifest[key].file}.gz`)).size, 0);
  const first = withImports('index.html');
  const parts = Object.keys(manifest).filter((key) => manifest[key].isDynamicEntry);
  const pages = parts.map((part) => bytesOf(withImports(part, new Set(first))));
  return { first: bytesOf(first), most: Math.max(bytesOf(first), ...pages) };
}

const kilobytes = (bytes) => `${(bytes / 1024).toFixed(0)} KB`;

function bound(what, bytes, most) {
  if (bytes > most) throw new ScriptError(`${what}: ${kilobytes(bytes)}, and ${kilobytes(most)} is the most.`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await script(async () => {
    mkdirSync(home('dist'), { recursive: true });
    for (const workspace of WORKSPACES) {
      const { first, most } = await bundle(workspace);
      console.log(
        `${workspace}: ${kilobytes(first)} of script, gzipped, before the first page; at most ${kilobytes(most)}`,
      );
      bound(`What a page of ${workspace} loads`, most, MOST_SCRIPT_BYTES);
      bound(`What ${workspace} loads before its first page`, first, MOST_FIRST_BYTES);
    }
  });
}
