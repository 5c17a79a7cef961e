// Compiles what changed since the last time, in all libraries and apps, and bundles apps and consoles.
import { pathToFileURL } from 'node:url';
import { bundleApps } from './bundle.mjs';
import { buildConsole } from './console.mjs';
import { install } from './install.mjs';
import { ScriptError, inProject, progress, nodeProgram, run, script } from './project.mjs';

export const compiler = () => inProject('node_modules', 'typescript-7', 'bin', 'tsc');

/** @param {string} project a folder with a tsconfig.json; what it refers to is built first. Without one: all, and the apps are bundled */
export async function build(project = '.') {
  const { code, output } = await progress('Building', () =>
    run(nodeProgram(), [compiler(), '-b', project], { capture: true }),
  );
  if (code !== 0) throw new ScriptError(`It does not compile:\n${output}`);
  if (project === '.') await bundleApps();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await script(async () => {
    await install();
    await build();
    await buildConsole();
  });
}
