// npm run torture: kills, freezes, cuts and fills, for minutes, and counts. `npm run torture -- --seed 7 --rounds 10` does the same again, at length.
import { build } from './build.mjs';
import { install } from './install.mjs';
import { inProject, nodeProgram, run, script } from './project.mjs';

await script(async () => {
  await install();
  await build();
  await build('test/torture');
  const program = inProject('test', 'torture', 'dist', 'test', 'torture', 'torture.js');
  return (await run(nodeProgram(), ['--enable-source-maps', program, ...process.argv.slice(2)])).code;
});
