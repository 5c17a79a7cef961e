import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { freePort, isPortFree } from './ports.js';

describe('ports', () => {
  it('are drawn once each, and are free', async () => {
    const ports = await Promise.all(Array.from({ length: 60 }, freePort));
    expect(new Set(ports).size).toBe(60);
    expect(await Promise.all(ports.map((port) => isPortFree(port)))).toEqual(ports.map(() => true));
  });

  it('are told from those that are taken', async () => {
    const port = await freePort();
    const stranger = createServer().listen(port, '127.0.0.1');
    await new Promise((resolve) => stranger.once('listening', resolve));
    expect(await isPortFree(port)).toBe(false);
    await new Promise((resolve) => stranger.close(resolve));
  });
});
