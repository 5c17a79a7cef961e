import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHttpApp } from './http-app.js';
import type { ConnectionBounds } from './connection-bounds.js';

let begun = (): void => undefined;
let answer = (): void => undefined;

@Controller()
class Rooms {
  @Get('quick')
  quick(): { ok: true } {
    return { ok: true };
  }

  @Get('broken')
  broken(): never {
    throw new Error('the secret reason');
  }

  /** Answers when the test says so. */
  @Get('slow')
  async slow(): Promise<{ ok: true }> {
    begun();
    await new Promise<void>((resolve) => (answer = resolve));
    return { ok: true };
  }
}

@Module({ controllers: [Rooms] })
class House {}

const silent = { log: () => undefined, warn: () => undefined, error: () => undefined, request: () => undefined };

describe('A workspace’s HTTP side', () => {
  let app: NestFastifyApplication | null = null;

  async function start(bounds: Partial<ConnectionBounds> = {}): Promise<URL> {
    const about = { title: 'House', description: 'A house.', version: '1' };
    app = await createHttpApp(House, { ...about, logger: silent, bodyLimitBytes: 1024, trustedProxies: [], bounds });
    await app.listen(0, '127.0.0.1');
    return new URL(await app.getUrl());
  }
  afterEach(async () => {
    answer();
    await app?.close();
    app = null;
  });

  it.each(['/quick', '/nowhere', '/broken'])(
    'tells browsers to keep, frame, load and pass on nothing: %s',
    async (path) => {
      const response = await fetch(new URL(path, await start()));
      const headers = Object.fromEntries(response.headers);
      expect(headers).toMatchObject({
        'content-security-policy': "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'strict-transport-security': 'max-age=31536000; includeSubDomains',
        'cache-control': 'no-store',
      });
      expect(headers).not.toHaveProperty('x-powered-by');
    },
  );

  it('shows neither stack nor reason of what went wrong in it', async () => {
    const response = await fetch(new URL('/broken', await start()));
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).not.toMatch(/secret reason|\.ts|at /);
  });

  it('cuts off whoever drips headers', async () => {
    const socket = await opened(await start({ headersSeconds: 1 }));
    socket.write('GET /quick HTTP/1.1\r\nhost: house\r\n');
    expect(await said(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('takes no more headers than it said', async () => {
    const socket = await opened(await start());
    socket.write(`GET /quick HTTP/1.1\r\nhost: house\r\nx-much: ${'x'.repeat(20 * 1024)}\r\n\r\n`);
    expect(await said(socket)).toMatch(/^HTTP\/1\.1 431 /);
  });

  describe('when it stops', () => {
    it('answers what is under way, and ends the connections that wait for nothing', async () => {
      const url = await start();
      const idle = await opened(url);
      const reached = new Promise<void>((resolve) => (begun = resolve));
      const response = fetch(new URL('/slow', url));
      await reached;
      const closed = app!.close();
      expect(await said(idle)).toBe('');
      answer();
      const { status, headers } = await response;
      expect([status, headers.get('connection')]).toEqual([200, 'close']);
      await closed;
    });

    it('cuts off what is not done in time', async () => {
      const url = await start({ stopSeconds: 1 });
      const reached = new Promise<void>((resolve) => (begun = resolve));
      const response = fetch(new URL('/slow', url)).then(
        () => 'answered',
        () => 'cut off',
      );
      await reached;
      await app!.close();
      expect(await response).toBe('cut off');
    });
  });
});

async function opened(url: URL): Promise<Socket> {
  const socket = connect(Number(url.port), '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** All that comes until the other side ends. */
async function said(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8');
  for await (const chunk of socket as AsyncIterable<string>) text += chunk;
  return text;
}
