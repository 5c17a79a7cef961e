import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createPrivateFile, privateDirectory, readIfThere, replacePrivateFile } from './private-files.js';

describe('private files', () => {
  let place: string;
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'lockkeeper-private-'));
  });
  afterEach(() => rm(place, { recursive: true, force: true }));

  const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

  it('are for their owner alone, and so are their folders', async () => {
    const folder = await privateDirectory(join(place, 'a', 'b'));
    await createPrivateFile(join(folder, 'key'), () => 'one');
    expect(await modeOf(folder)).toBe(0o700);
    expect(await modeOf(join(folder, 'key'))).toBe(0o600);
  });

  it('are written once: of many at once one wins, and all get what it wrote', async () => {
    const file = join(place, 'key');
    const contents = await Promise.all(
      Array.from({ length: 20 }, (_, index) => createPrivateFile(file, () => `${index}`)),
    );
    expect(new Set(contents).size).toBe(1);
    expect(await createPrivateFile(file, () => 'later')).toBe(contents[0]);
  });

  it('are replaced in one step, keep their mode, and leave no drafts', async () => {
    const file = join(place, 'state');
    await replacePrivateFile(file, 'one');
    await replacePrivateFile(file, 'two');
    expect(await readFile(file, 'utf8')).toBe('two');
    expect(await modeOf(file)).toBe(0o600);
    expect(await readdir(place)).toEqual(['state']);
  });

  it('that are not there are null, and anything else that is wrong is an error', async () => {
    expect(await readIfThere(join(place, 'nothing'))).toBeNull();
    await expect(readIfThere(place)).rejects.toThrow(/EISDIR/);
  });
});
