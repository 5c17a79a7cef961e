// npm start: installs, builds, then runs Lockkeeper on this machine until it is told to stop.
import { execFileSync } from 'node:child_process';
import { build } from './build.mjs';
import { buildConsole } from './console.mjs';
import { install } from './install.mjs';
import { inProject, nodeProgram, run, script } from './project.mjs';

await script(async () => {
  if (process.env.npm_lifecycle_event) stopWith(starters());
  await install();
  await build();
  await buildConsole();
  const program = inProject('libs', 'local-stack', 'dist', 'npm-start.js');
  // With a channel between us, it notices when this process is gone, however it went.
  const { code } = await run(nodeProgram(), ['--enable-source-maps', program], { ipc: true });
  return code;
});

/**
 * npm passes a signal on to the shell between us, which ends without passing it on; and if npm is killed outright, nobody tells us at all.
 * Either way what started us is gone, and Ctrl-C would reach nobody any more.
 */
function stopWith(pids) {
  const gone = (pid) => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true; // no such process
    }
  };
  const watch = setInterval(() => {
    if (!pids.some(gone)) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  watch.unref();
}

/** npm, and the shell between us unless it stepped aside. Never the shell that npm was started in: that may end, and leave npm running. */
function starters() {
  const { parent, commandLine } = describe(process.ppid);
  const isShell = commandLine.includes('start.mjs');
  return isShell && parent > 1 ? [process.ppid, parent] : [process.ppid];
}

function describe(pid) {
  try {
    const told = execFileSync('ps', ['-ww', '-o', 'ppid=,args=', '-p', String(pid)], { encoding: 'utf8' });
    const [, parent, commandLine] = /^\s*(\d+)\s+(.*)/s.exec(told);
    return { parent: Number(parent), commandLine };
  } catch {
    return { parent: 0, commandLine: '' }; // no ps here: our parent is watched all the same
  }
}
