// npm run deploy:secrets, nats:accounts, nats:streams: runs one of local-stack's programs with the given arguments.
import { build } from './build.mjs';
import { install } from './install.mjs';
import { inProject, nodeProgram, run, script } from './project.mjs';

await script(async () => {
  await install();
  await build('libs/local-stack');
  const [program, ...args] = process.argv.slice(2);
  return (await run(nodeProgram(), [inProject('libs', 'local-stack', 'dist', `${program}.js`), ...args])).code;
});
