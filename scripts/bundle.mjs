// Puts each app and all that it imports into few files, apps/<app>/dist/bundled: thousands of small ones take most of the time of a start.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inProject, nodeProgram, progress, root, run, script, ScriptError } from './project.mjs';

/** What is started of each app, and what it starts itself: a worker shares no file with its app, so that it has nothing of that in it. */
const PROGRAMS = { credentials: ['main'], 'access-tokens': ['main', 'proxy/json-path.worker'], sandbox: ['main'] };

/**
 * What other packages load by themselves, by name, when they run. In the bundle too, there would be two of it: Nest would not find what our
 * classes told class-transformer.
 */
const LOADED_BY_NAME = ['class-transformer', 'class-validator', 'pg'];

const compiled = (app, ...path) => inProject('apps', app, 'dist', ...path);
const bundled = (app) => compiled(app, 'bundled');
const stampOf = (app) => join(bundled(app), '.sources.json');

/** Does nothing, fast, unless something was compiled or installed since the last time. */
export async function bundleApps() {
  const stale = Object.keys(PROGRAMS).filter((app) => !isFresh(app));
  if (stale.length === 0) return;
  const { code, output } = await progress('Bundling', () =>
    run(nodeProgram(), [inProject('scripts', 'bundle.mjs'), ...stale], { capture: true }),
  );
  if (code !== 0) throw new ScriptError(`The apps can't be bundled:\n${output}`);
}

function isFresh(app) {
  if (!existsSync(stampOf(app))) return false;
  const { files, hash } = JSON.parse(readFileSync(stampOf(app), 'utf8'));
  return files.every((file) => existsSync(inProject(file))) && hashOf(files) === hash;
}

/** What else would go into it now is imported by one of these, which has changed then. */
function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of [...files, 'package-lock.json', 'scripts/bundle.mjs']) hash.update(readFileSync(inProject(file)));
  return hash.digest('hex');
}

/** Made beside, and put in its place when it is whole: an app may be starting from there. */
async function bundleApp(app) {
  const folder = `${bundled(app)}.new`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const sources = [];
  for (const program of PROGRAMS[app]) sources.push(...(await bundleProgram(app, program, folder)));
  const files = [...new Set(sources)].map((file) => relative(root, file)).sort();
  writeFileSync(join(folder, '.sources.json'), JSON.stringify({ hash: hashOf(files), files }));
  rmSync(bundled(app), { recursive: true, force: true });
  renameSync(folder, bundled(app));
}

/** @returns {Promise<string[]>} the files of ours that it was made of */
async function bundleProgram(app, program, folder) {
  const { rolldown } = await import('rolldown');
  const name = program.split('/').at(-1);
  const ours = [];
  const bundle = await rolldown({
    input: compiled(app, `${program}.js`),
    platform: 'node',
    external: LOADED_BY_NAME,
    plugins: [readsWhatWasCompiled(ours)],
    logLevel: 'silent',
  });
  const { output } = await bundle.generate({
    dir: bundled(app),
    format: 'esm',
    sourcemap: true,
    // Nest, TypeORM and OpenAPI name things by their classes.
    keepNames: true,
    // Apart, to have no map, which Node would read at each start: nobody looks for a fault in a package by its line.
    codeSplitting: { groups: [{ name: `${name}.packages`, test: /node_modules/ }] },
  });
  await bundle.close();
  const chunks = output.filter(({ type }) => type === 'chunk');
  for (const chunk of chunks) write(folder, chunk);
  const packages = packagesOf(chunks.flatMap(({ moduleIds }) => moduleIds));
  writeFileSync(join(folder, `${name}.packages.json`), JSON.stringify(packages, null, 2));
  return ours;
}

function write(folder, { fileName, code, map }) {
  const ours = map?.sources.some((source) => !source.includes('node_modules'));
  const program = code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
  writeFileSync(join(folder, fileName), ours ? `${program}//# sourceMappingURL=${fileName}.map\n` : program);
  if (ours) writeFileSync(join(folder, `${fileName}.map`), map.toString());
}

/** Their names, for who must know what is in it. */
function packagesOf(files) {
  const names = files.flatMap((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
  return [...new Set(names)].sort();
}

/** With the compiler's maps, so that a stack names the line of the source. @param {string[]} read gets each file's path */
function readsWhatWasCompiled(read) {
  const load = (file) => {
    if (!isAbsolute(file) || file.includes('node_modules')) return null;
    read.push(file);
    const map = existsSync(`${file}.map`) ? JSON.parse(readFileSync(`${file}.map`, 'utf8')) : null;
    return { code: readFileSync(file, 'utf8'), map };
  };
  return { name: 'reads-what-was-compiled', load };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await script(async () => {
    for (const app of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(PROGRAMS)) await bundleApp(app);
  });
}
