// npm run conformance: every duty of test/conformance/duties.json with the tests that show it. `-- --write` keeps the table in docs/conformance.md.
import { writeFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { build } from './build.mjs';
import { dutiesIn, dutyName, readDuties, specsOfDuties } from './duties.mjs';
import { install } from './install.mjs';
import { jest } from './jest.mjs';
import { inProject, root, script } from './project.mjs';

await script(async () => {
  await install();
  await build();
  // Whole files: what tests of a story show builds on what those before them did.
  const files = [...specsOfDuties().keys()];
  const run = await jest(['--silent', '--forceExit', '--runTestsByPath', ...files], { capture: true });
  const rows = readDuties().map((duty) => judged(duty, shownBy(run.files)));
  for (const row of rows) console.log(line(row));
  const broken = run.files.filter(({ assertionResults, message }) => assertionResults.length === 0 && message !== '');
  for (const { name, message } of broken) console.log(`\n${name} could not be run:\n${message}`);
  if (process.argv.includes('--write')) writeFileSync(inProject('docs', 'conformance.md'), page(rows));
  const count = (verdict) => rows.filter((row) => row.verdict === verdict).length;
  const [passed, failed, notApplicable] = ['passed', 'failed', 'not applicable'].map(count);
  console.log(`\nconformance: ${passed} passed, ${failed + broken.length} failed, ${notApplicable} not applicable`);
  return failed + broken.length > 0 ? 1 : 0;
});

/** By duty: what became of each test that names it. @returns {Map<number, { title: string, passed: boolean, file: string, because: string }[]>} */
function shownBy(files) {
  const shown = new Map();
  for (const { name, assertionResults } of files) {
    const file = relative(root, name).split(sep).join('/');
    for (const { title, status, failureMessages } of assertionResults) {
      const test = { title, file, passed: status === 'passed', because: failureMessages.join('\n') };
      for (const number of dutiesIn(title)) shown.set(number, [...(shown.get(number) ?? []), test]);
    }
  }
  return shown;
}

/** A duty that nothing shows has failed, unless it says why it doesn't apply. */
function judged(duty, shown) {
  const tests = shown.get(duty.number) ?? [];
  const passed = tests.length > 0 && tests.every((test) => test.passed);
  const verdict = tests.length === 0 && duty.notApplicable ? 'not applicable' : passed ? 'passed' : 'failed';
  return { ...duty, tests, verdict };
}

function line({ number, level, duty, tests, verdict, notApplicable }) {
  const sign = { passed: '✓', failed: '✗', 'not applicable': '–' }[verdict];
  const because = tests
    .filter((test) => !test.passed)
    .map(({ title, file, because }) => `\n       failed: ${title} (${file})\n${because}`);
  const told =
    verdict === 'not applicable' ? `\n       ${notApplicable}` : tests.length === 0 ? '\n       no test' : '';
  const count = tests.length > 0 ? ` (${tests.length})` : '';
  return `${sign} ${dutyName(number)} ${level.padEnd(6)} ${duty}${count}${told}${because.join('')}`;
}

function page(rows) {
  const cell = (text) => text.replaceAll('|', '\\|');
  const link = (file) => `[${file.split('/').at(-1).replace('.spec.ts', '')}](../${file})`;
  const shown = ({ tests, notApplicable }) =>
    tests.length > 0
      ? [...new Set(tests.map(({ file }) => link(file)))].sort().join(', ')
      : (notApplicable ?? 'nothing');
  const row = (each) =>
    `| ${dutyName(each.number)} | ${each.level} | ${each.source ?? ''} | ${cell(each.duty)} | ${each.verdict} | ${cell(shown(each))} |`;
  return [
    '# Conformance',
    '',
    'What an OAuth 2.0 client and token broker owes, line by line, and the tests that show it. MUST and SHOULD are the words of the named text; `ours` are',
    'rules of our own that follow from it. `npm run conformance` plays all of them and prints this table; `npm run conformance -- --write` writes this page.',
    '',
    '<!-- prettier-ignore-start -->',
    '| duty | level | source | what is owed | verdict | shown in |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map(row),
    '<!-- prettier-ignore-end -->',
    '',
  ].join('\n');
}
