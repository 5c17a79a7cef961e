// npm run demo: the whole story as a transcript, against the Lockkeeper that runs here, or one of its own.
import { build } from './build.mjs';
import { install } from './install.mjs';
import { inProject, nodeProgram, run, script } from './project.mjs';

await script(async () => {
  await install();
  await build();
  await build('test/demo');
  const program = inProject('test', 'demo', 'dist', 'demo', 'demo.js');
  return (await run(nodeProgram(), ['--enable-source-maps', program, ...process.argv.slice(2)])).code;
});
