import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { missingServer, natsServerBinary } from './nats-binary.js';

describe('finding nats-server', () => {
  let place: string;
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'lockkeeper-nats-binary-'));
  });
  afterEach(() => rm(place, { recursive: true, force: true }));

  async function program(...path: string[]): Promise<string> {
    const file = join(place, ...path);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, '#!/bin/sh\n');
    await chmod(file, 0o755);
    return file;
  }

  it('takes the one that NATS_SERVER_BIN names before all others', async () => {
    const chosen = await program('chosen', 'my-nats');
    await program('bin', 'nats-server');
    const environment = { NATS_SERVER_BIN: chosen, PATH: join(place, 'bin') };
    expect(await natsServerBinary({ environment, cache: place })).toBe(chosen);
  });

  it('says so when NATS_SERVER_BIN names nothing that can be run', async () => {
    const environment = { NATS_SERVER_BIN: join(place, 'nothing'), PATH: '' };
    await expect(natsServerBinary({ environment, cache: place })).rejects.toThrow(/NATS_SERVER_BIN names .*nothing/);
  });

  it('takes the one on PATH before the project’s own copy', async () => {
    const onPath = await program('bin', 'nats-server');
    const cached = await program('cache', 'nats-server');
    const cache = join(place, 'cache');
    expect(await natsServerBinary({ environment: { PATH: `/nowhere:${join(place, 'bin')}` }, cache })).toBe(onPath);
    expect(await natsServerBinary({ environment: { PATH: '/nowhere' }, cache })).toBe(cached);
  });

  it('names the command to run where it cannot be fetched', async () => {
    const failure = natsServerBinary({ environment: { PATH: '/nowhere' }, cache: join(place, 'empty') });
    await expect(failure).rejects.toMatchObject({ hint: expect.stringContaining('NATS_SERVER_BIN') });
    expect(missingServer(null, { platform: 'darwin' }).hint).toContain('brew install nats-server');
    expect(missingServer(null, { platform: 'linux' }).hint).toContain('apt-get install nats-server');
    expect(missingServer(null, { platform: 'linux', apt: false }).hint).toContain('docker run');
    expect(missingServer(null, { platform: 'win32' }).hint).toContain('docker run');
  });
});
