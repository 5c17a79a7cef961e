// npm run audit:verify -- FILE [--keys FILE] [--heads FILE]: checks an export of an audit log, offline.
import { build } from './build.mjs';
import { install } from './install.mjs';
import { inProject, nodeProgram, run, script } from './project.mjs';

await script(async () => {
  await install();
  await build('libs/audit-chain');
  const program = inProject('libs', 'audit-chain', 'dist', 'audit-verify.js');
  return (await run(nodeProgram(), [program, ...process.argv.slice(2)])).code;
});
