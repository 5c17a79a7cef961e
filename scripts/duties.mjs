// The duties of an OAuth client and token broker (test/conformance/duties.json), and the tests whose titles start with their numbers.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { inProject, root } from './project.mjs';

/** @typedef {{ number: number, level: 'MUST' | 'SHOULD' | 'ours', source: string | null, duty: string, notApplicable?: string }} Duty */

/** @returns {Duty[]} */
export const readDuties = () => JSON.parse(readFileSync(inProject('test', 'conformance', 'duties.json'), 'utf8'));

/** @param {number} number */
export const dutyName = (number) => `D${String(number).padStart(3, '0')}`;

/** `D013 keeps …`, `D051, D052 …`, `D009, G4 …`: what a title says that its test shows. */
const LABELS = /^(?:[A-Z]\d{1,3}(?:, ?| ))+/;

/** @param {string} title @returns {number[]} */
export function dutiesIn(title) {
  const labels = LABELS.exec(title)?.[0] ?? '';
  return [...labels.matchAll(/D(\d{3})/g)].map(([, number]) => Number(number));
}

/** The spec files whose titles name duties. A title is the first text of `it(…)`, `it.each(…)(…)` and the like. @returns {Map<string, number[]>} */
export function specsOfDuties() {
  /** @type {Map<string, number[]>} */
  const found = new Map();
  for (const folder of ['apps', 'libs', 'test']) {
    for (const file of specFiles(inProject(folder))) {
      const titles = [...textOf(file).matchAll(/['"`](D\d{3}[^'"`\n]*)/g)].map(([, title]) => title);
      const numbers = [...new Set(titles.flatMap((title) => dutiesIn(title)))];
      if (numbers.length > 0) found.set(relative(root, file).split(sep).join('/'), numbers);
    }
  }
  return found;
}

/** With what stands beside it and is a part of it: a long spec is cut into files that no runner finds by themselves. */
function textOf(spec) {
  const own = readFileSync(spec, 'utf8');
  const parts = [...own.matchAll(/ from '\.\/([\w-]+)\.js'/g)].map(([, name]) => join(dirname(spec), `${name}.ts`));
  return [own, ...parts.filter((part) => existsSync(part)).map((part) => readFileSync(part, 'utf8'))].join('\n');
}

function specFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name === 'dist') return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return specFiles(path);
    return entry.name.endsWith('.spec.ts') ? [path] : [];
  });
}
