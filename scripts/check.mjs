// npm run check: everything that can be told without starting a server. Stops at the first step that fails, and shows what it said.
import { build, compiler } from './build.mjs';
import { dependencyAudit } from './dependency-audit.mjs';
import { buildConsole } from './console.mjs';
import { consoleTypes } from './console-types.mjs';
import { install } from './install.mjs';
import { jest } from './jest.mjs';
import { inProject, nodeProgram, run, script } from './project.mjs';

const tool = (...path) => inProject('node_modules', ...path);
const node = (...args) => run(nodeProgram(), args, { capture: true });

const STEPS = {
  format: () => node(tool('prettier', 'bin', 'prettier.cjs'), '--check', '.'),
  lint: () => node(tool('eslint', 'bin', 'eslint.js'), '.', '--max-warnings=0'),
  types: () => node(compiler(), '-p', 'tsconfig.tests.json'),
  'console types': () => node(compiler(), '-p', 'apps/console'),
  boundaries: () => node(tool('dependency-cruiser', 'bin', 'dependency-cruiser.mjs'), 'apps', 'libs', 'test'),
  dependencies: () => dependencyAudit(),
  'unit tests': () => jest(['--selectProjects', 'unit'], { capture: true }),
};

await script(async () => {
  await install();
  await build();
  await buildConsole();
  await consoleTypes();
  for (const [name, step] of Object.entries(STEPS)) {
    const started = Date.now();
    const { code, output, passed, note } = await step();
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    const counted = passed === undefined ? (note ? `, ${note}` : '') : `, ${passed} passed`;
    if (code !== 0) {
      console.error(`${output}\n✗ ${name} (${seconds} s)`);
      return 1;
    }
    console.log(`✓ ${name} (${seconds} s${counted})`);
  }
  return 0;
});
