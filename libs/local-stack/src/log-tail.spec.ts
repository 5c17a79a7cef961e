import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lastLines } from './log-tail.js';

describe('the last lines of a log', () => {
  let place: string;
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'lockkeeper-log-'));
  });
  afterEach(() => rm(place, { recursive: true, force: true }));

  it('are found in a long one without reading it whole', async () => {
    const file = join(place, 'log');
    await writeFile(file, Array.from({ length: 50_000 }, (_, index) => `line ${index}\n`).join(''));
    expect(lastLines(file, 2)).toEqual(['line 49998', 'line 49999']);
  });

  it('are those of the last run alone, where it is known where that began', async () => {
    const file = join(place, 'log');
    const earlier = 'an earlier run\n';
    await writeFile(file, `${earlier}this run\n`);
    expect(lastLines(file, 5, earlier.length)).toEqual(['this run']);
    expect(lastLines(file, 5, earlier.length + 'this run\n'.length)).toEqual([]);
  });

  it('are none where there is no log', () => {
    expect(lastLines(join(place, 'nothing'), 2)).toEqual([]);
  });
});
