import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload, type SourceMapping } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PROJECT_ROOT } from '@lockkeeper/local-stack';
import { System } from '../support/workspaces.js';

const HOOK = fileURLToPath(new URL('../support/loaded-files.mjs', import.meta.url));
const PACKAGE = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/;

/**
 * Nest loads some packages by itself, by name. One that is in the bundle as well would be there twice, and each half would know nothing of
 * what was told the other: a DTO's fields would no longer be checked or converted, without an error.
 */
describe('the bundled apps', () => {
  let system: System;

  beforeAll(async () => {
    system = await System.start({ env: { NODE_OPTIONS: `--import=${HOOK}` } });
  });

  afterAll(async () => system?.stop());

  it.each(['credentials', 'access-tokens'] as const)('%s loads no package that is in its bundle too', (app) => {
    const inBundle = JSON.parse(readFileSync(join(bundle(app), 'main.packages.json'), 'utf8')) as string[];
    const loaded = loadedBy(system.replica(`${app}-1`).text).flatMap((file) => PACKAGE.exec(file)?.[1] ?? []);
    expect(inBundle).toContain('@nestjs/core');
    expect(loaded).toEqual(expect.arrayContaining(['class-transformer', 'class-validator', 'pg']));
    expect([...new Set(loaded)].filter((name) => inBundle.includes(name))).toEqual([]);
  });

  it('load nothing that was compiled beside their bundles', () => {
    const loaded = system.processes.flatMap((process) => loadedBy(process.text));
    expect(loaded.filter((file) => !file.includes('node_modules') && !file.includes('/dist/bundled/'))).toEqual([]);
  });

  it.each(['credentials', 'access-tokens'] as const)('%s names the line of its source in a stack', (app) => {
    const lines = readFileSync(join(bundle(app), 'main.js'), 'utf8').split('\n');
    const map = new SourceMap(JSON.parse(readFileSync(join(bundle(app), 'main.js.map'), 'utf8')) as SourceMapPayload);
    const text = 'const settings = readSettings(environment());';
    const line = lines.findIndex((each) => each.includes(text));
    const { originalSource, originalLine } = map.findEntry(line, lines[line]!.indexOf(text)) as SourceMapping;
    const source = resolve(bundle(app), originalSource);
    expect(source).toBe(join(PROJECT_ROOT, 'apps', app, 'src', 'main.ts'));
    expect(readFileSync(source, 'utf8').split('\n')[originalLine]).toContain(text);
  });
});

const bundle = (app: string): string => join(PROJECT_ROOT, 'apps', app, 'dist', 'bundled');

function loadedBy(printed: string): string[] {
  return [...printed.matchAll(/^loaded (file:.*)$/gm)].map(([, url]) => fileURLToPath(url!));
}
