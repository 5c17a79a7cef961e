// npm run bench: measures what is promised in numbers. `npm run bench -- reads --json FILE` runs one, and writes its measurements down.
import { build } from './build.mjs';
import { install } from './install.mjs';
import { inProject, nodeProgram, run, script } from './project.mjs';

await script(async () => {
  await install();
  await build();
  await build('test/bench');
  const program = inProject('test', 'bench', 'dist', 'test', 'bench', 'bench.js');
  return (await run(nodeProgram(), ['--enable-source-maps', program, ...process.argv.slice(2)])).code;
});
