// npm run keys:add|keys:write|keys:rotate -- credentials|access-tokens …: with the settings of that workspace in the environment.
import { build } from './build.mjs';
import { install } from './install.mjs';
import { ScriptError, inProject, nodeProgram, run, script } from './project.mjs';

const WORKSPACES = ['credentials', 'access-tokens'];

await script(async () => {
  const [verb, workspace, ...args] = process.argv.slice(2);
  if (!WORKSPACES.includes(workspace)) {
    throw new ScriptError(`npm run keys:${verb} -- ${WORKSPACES.join('|')} …: say which workspace.`);
  }
  await install();
  await build(`apps/${workspace}`);
  return (await run(nodeProgram(), [inProject('apps', workspace, 'dist', 'keys.js'), verb, ...args])).code;
});
