// npm start: installs, builds, then runs Lockkeeper on this machine until it is told to stop.
import { build } from './build.mjs';
import { install } from './install.mjs';
import { inProject, nodeProgram, run, script } from './project.mjs';

await script(async () => {
  const starter = process.ppid;
  await install();
  await build();
  if (process.env.npm_lifecycle_event) stopWith(starter);
  const program = inProject('libs', 'local-stack', 'dist', 'npm-start.js');
  // With a channel between us, it notices when this process is gone, however it went.
  const { code } = await run(nodeProgram(), ['--enable-source-maps', program], { ipc: true });
  return code;
});

/** npm passes signals on, but can't when it is killed outright: then we have a new parent, and nobody could stop us any more. */
function stopWith(starter) {
  setInterval(() => process.ppid !== starter && process.kill(process.pid, 'SIGTERM'), 1000).unref();
}
