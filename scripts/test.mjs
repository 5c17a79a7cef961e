// npm test: every test there is. `npm test -- test/stories -t "rotates"` runs those of a path, with words in their title.
import { build } from './build.mjs';
import { buildConsole } from './console.mjs';
import { install } from './install.mjs';
import { jest } from './jest.mjs';
import { script } from './project.mjs';

await script(async () => {
  await install();
  await build();
  await buildConsole();
  // A test that failed half-way may leave a server behind; nobody is there to press Ctrl-C in CI.
  const unattended = process.env.CI ? ['--forceExit'] : [];
  const { code, passed, failed } = await jest([...unattended, ...process.argv.slice(2)]);
  console.log(`tests: ${passed} passed, ${failed} failed`);
  return code !== 0 || failed > 0 ? 1 : 0;
});
