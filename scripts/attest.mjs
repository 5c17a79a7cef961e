// npm run attest: tries what must not be possible, and prints everything that was tried.
import { relative } from 'node:path';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { jest } from './jest.mjs';
import { root, script } from './project.mjs';

await script(async () => {
  await install();
  await build();
  const { files, code } = await jest(['--selectProjects', 'system', '--silent', '--forceExit', 'test/security'], {
    capture: true,
  });
  let [held, failed] = [0, 0];
  for (const { name, message, assertionResults } of files.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    console.log(`\n${relative(root, name)}`);
    if (assertionResults.length === 0) {
      console.log(`  ✗ could not be tried: ${message}`);
      failed += 1;
    }
    for (const { ancestorTitles, title, status } of assertionResults) {
      const passed = status === 'passed';
      if (passed) held += 1;
      else failed += 1;
      console.log(`  ${passed ? '✓' : '✗'} ${[...ancestorTitles, title].join(' › ')}`);
    }
  }
  console.log(`\nattest: ${held} held, ${failed} failed`);
  return code !== 0 || failed > 0 ? 1 : 0;
});
