// Writes the types of the consoles' clients, from the OpenAPI documents of the built workspaces. Never committed: they can't be out of date.
import { mkdirSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { WORKSPACES } from './console.mjs';
import { install } from './install.mjs';
import { ScriptError, inProject, nodeProgram, run, script } from './project.mjs';

const folder = inProject('apps', 'console', 'src', 'client', 'generated');

export async function consoleTypes() {
  mkdirSync(folder, { recursive: true });
  const { default: openapiTypes, astToString } = await import('openapi-typescript');
  for (const workspace of WORKSPACES) {
    const { code, output } = await run(nodeProgram(), [inProject('apps', workspace, 'dist', 'openapi.js')], {
      capture: true,
    });
    if (code !== 0) throw new ScriptError(`${workspace} can't describe its doors:\n${output}`);
    const types = astToString(await openapiTypes(JSON.parse(output), { defaultNonNullable: false }));
    writeFileSync(inProject('apps', 'console', 'src', 'client', 'generated', `${workspace}.ts`), types);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await script(async () => {
    await install();
    await build();
    await consoleTypes();
  });
}
