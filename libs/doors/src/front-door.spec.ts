import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type RequestLine, metrics } from '@lockkeeper/observability';
import { eventually } from '../../../test/support/eventually.js';
import { earlyHeaders } from './early-head.js';
import type { Early, EarlyAnswer } from './front-door.js';
import { createHttpApp } from './http-app.js';
import { LockkeeperError } from './lockkeeper.error.js';
import type { EarlyStream, EarlyWork } from './taken-over.js';

class Refusal extends LockkeeperError {
  constructor() {
    super({ kind: 'forbidden', code: 'not_today', title: 'Not today', detail: 'Come again.' });
  }
}

@Controller()
class Rooms {
  @Get('room/:name')
  room(): { by: string } {
    return { by: 'the room' };
  }
}

@Module({ controllers: [Rooms] })
class House {}

const early = (body: string): ReturnType<EarlyAnswer> => ({
  route: '/early/:name',
  actor: 'consumer:1',
  headers: earlyHeaders(['content-type', 'application/json; charset=utf-8', 'content-length', String(body.length)]),
  body,
  encoding: 'utf8',
});

describe('The front door', () => {
  let app: NestFastifyApplication | null = null;
  let whileClosing = (): Promise<void> => Promise.resolve();
  const lines: RequestLine[] = [];
  const failures: unknown[] = [];

  const start = (answer: EarlyAnswer, options = {}) => startWith({ answer }, options);

  async function startWith(early: Early, { trustedProxies = [] as string[], tellsEachRequest = false } = {}) {
    const about = { title: 'House', description: 'A house.', version: '1', bodyLimitBytes: 1024, trustedProxies };
    const logger = {
      ...{ log: () => undefined, warn: () => undefined, error: (line: unknown) => failures.push(line) },
      ...{ request: (line: RequestLine) => lines.push(line), tellsEachRequest },
    };
    app = await createHttpApp(House, { ...about, logger, early: () => early });
    app
      .getHttpAdapter()
      .getInstance()
      .addHook('preClose', () => whileClosing());
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    return (path: string, init: RequestInit = {}) => fetch(new URL(path, url), init);
  }

  /** All that the house says on one connection, until it ends it. */
  async function told(requests: string): Promise<string> {
    const { port } = app!.getHttpServer().address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    socket.write(requests);
    let answers = '';
    for await (const chunk of socket) answers += String(chunk);
    return answers;
  }
  afterEach(async () => {
    await app?.close();
    app = null;
    whileClosing = () => Promise.resolve();
    lines.length = 0;
    failures.length = 0;
  });

  it('answers what it can, with the headers that the house gives to every answer', async () => {
    const ask = await start((request) => (request.url === '/room/1' ? early('{"by":"the door"}') : null));
    const [one, other] = [await ask('/room/1'), await ask('/room/2')];
    expect([await one.json(), await other.json()]).toEqual([{ by: 'the door' }, { by: 'the room' }]);
    const names = ({ headers }: Response) => [...headers.keys()].sort();
    expect(names(one)).toEqual(names(other));
    const lasting = [...other.headers].filter(([name]) => !['date', 'x-request-id', 'content-length'].includes(name));
    expect(Object.fromEntries(one.headers)).toMatchObject(Object.fromEntries(lasting));
  });

  it('answers several requests that come at once in their order, and ends a connection that is to end', async () => {
    await start((request) => (request.url === '/room/2' ? null : early(`{"by":"${request.url}"}`)));
    const ask = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nhost: house\r\n${more}\r\n`;
    const answers = await told(
      ask('/room/1') +
        ask('/room/2') +
        ask('/room/3', 'expect: 100-continue\r\n') +
        ask('/room/4', 'connection: close\r\n'),
    );
    const heads = answers.split('HTTP/1.1 200 OK\r\n').slice(1);
    expect(heads.map((text) => text.slice(text.indexOf('{')).split('HTTP')[0])).toEqual([
      ...['{"by":"/room/1"}', '{"by":"the room"}', '{"by":"/room/3"}', '{"by":"/room/4"}'],
    ]);
    const names = heads.map((text) =>
      text
        .split('\r\n\r\n')[0]!
        .split('\r\n')
        .map((line) => line.split(':')[0]!.toLowerCase()),
    );
    for (const each of names.slice(0, 3)) expect(each.sort()).toEqual(names[1]!.sort());
    expect(heads.map((text) => /^connection: (.*)$/im.exec(text)![1])).toEqual([
      ...['keep-alive', 'keep-alive', 'keep-alive', 'close'],
    ]);
    for (const text of heads) expect(Date.parse(/^date: (.*)$/im.exec(text)![1]!)).not.toBeNaN();
  });

  it('takes no header that could not be sent', () => {
    expect(() => earlyHeaders(['etag', 'a\r\nset-cookie: b'])).toThrow(/etag/);
  });

  it('leaves other methods, and what went wrong in it, to the house', async () => {
    const ask = await start(() => {
      throw new Error('broken');
    });
    expect(await (await ask('/room/1')).json()).toEqual({ by: 'the room' });
    expect(failures).toHaveLength(1);
    expect((await ask('/room/1', { method: 'DELETE' })).status).toBe(404);
    expect(failures).toHaveLength(1);
  });

  it('measures each answer, and tells of them in sums', async () => {
    const ask = await start(() => early('{}'));
    for (let asked = 0; asked < 3; asked += 1) await (await ask('/room/1')).text();
    await app!.close();
    const line = { method: 'GET', route: '/early/:name', status: '200', actor: 'consumer:1' };
    // One line, or two where a second ended between the requests.
    for (const told of lines) {
      expect(told).toEqual({ ...line, requests: expect.any(Number), durationMs: expect.any(Number) });
    }
    expect(lines.reduce((sum, { requests }) => sum + Number(requests), 0)).toBe(3);
    const counted = (await metrics.getSingleMetricAsString('lockkeeper_http_request_seconds'))
      .split('\n')
      .find((line) => line.startsWith('lockkeeper_http_request_seconds_count') && line.includes('/early/:name'));
    expect(Number(counted?.split(' ').at(-1))).toBeGreaterThanOrEqual(3);
  });

  it('tells of each where the log is asked to', async () => {
    const ask = await start(() => early('{}'), { tellsEachRequest: true });
    for (let asked = 0; asked < 2; asked += 1) await (await ask('/room/1')).text();
    expect(lines).toHaveLength(2);
    expect(lines[0]).not.toHaveProperty('requests');
  });

  it.each([
    [['127.0.0.1'], '203.0.113.9'],
    [[], '127.0.0.1'],
  ])('knows who asks, behind proxies that are trusted: %j', async (trustedProxies, address) => {
    let seen: string | null = null;
    const ask = await start(
      (request, sourceAddress) => {
        seen = sourceAddress(request);
        return null;
      },
      { trustedProxies },
    );
    await ask('/room/1', { headers: { 'x-forwarded-for': '203.0.113.9' } });
    expect(seen).toBe(address);
  });

  it('answers nothing early once the house closes', async () => {
    const ask = await start(() => early('{"by":"the door"}'));
    let late!: Response;
    whileClosing = async () => void (late = await ask('/room/2'));
    expect(await (await ask('/room/1')).json()).toEqual({ by: 'the door' });
    await app!.close();
    expect(await late.json()).toEqual({ by: 'the room' });
    expect(late.headers.get('connection')).toBe('close');
  });

  describe('takes over', () => {
    const route = '/taken/:name';
    /** What is passed on of the streams that were given away. */
    const given: { destroyed: boolean }[] = [];
    const streamOf = (write: EarlyStream['passTo'], headers: EarlyStream['headers'] = {}): EarlyStream => {
      const mine = { destroyed: false };
      given.push(mine);
      return { status: 206, headers, passTo: write, destroy: () => void (mine.destroyed = true) };
    };
    const taking = (begin: EarlyWork['begin']): Early => ({
      answer: () => null,
      take: ({ url }) => (url === '/room/1' ? { route, actor: 'consumer:1', begin } : null),
    });
    const told = async (count: number): Promise<RequestLine[]> => {
      await eventually(() => lines.length >= count, { what: 'it is told' });
      return lines;
    };

    it('what is answered later, of any method, with the house’s headers where it has none of its own', async () => {
      const headers = { 'cache-control': 'max-age=1', 'set-x': ['a', 'b'] };
      const ask = await startWith(
        taking(() =>
          Promise.resolve(
            streamOf((target, { begins }) => {
              begins();
              target.write('one, ');
              target.end('two');
            }, headers),
          ),
        ),
      );
      const answer = await ask('/room/1', { method: 'DELETE', headers: { 'x-request-id': 'mine' } });
      expect([answer.status, await answer.text()]).toEqual([206, 'one, two']);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        ...{ 'cache-control': 'max-age=1', 'set-x': 'a, b', 'x-request-id': 'mine', 'x-frame-options': 'DENY' },
      });
      expect(await told(1)).toEqual([{ method: 'DELETE', route, status: '206', durationMs: expect.any(Number) }]);
    });

    it.each<[string, EarlyWork['begin']]>([
      ['fails', () => Promise.reject(new Refusal())],
      ['breaks off before its first byte', () => Promise.resolve(streamOf((_, { breaks }) => breaks(new Refusal())))],
    ])('and refuses what %s as its route would, once', async (_, begin) => {
      const ask = await startWith(taking(begin));
      const answer = await ask('/room/1', { headers: { 'x-request-id': 'mine' } });
      expect(await answer.json()).toMatchObject({ status: 403, code: 'not_today', requestId: 'mine' });
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        ...{ 'cache-control': 'no-store', 'x-request-id': 'mine', 'x-frame-options': 'DENY' },
        'content-type': expect.stringContaining('application/problem+json'),
      });
      await app!.close();
      expect(lines).toMatchObject([{ method: 'GET', route: '/room/:name', status: '403' }]);
    });

    it('and says that something is wrong where an answer’s headers can’t be written', async () => {
      const ask = await startWith(
        taking(() => Promise.resolve(streamOf((_, { begins }) => begins(), { 'x-bad': 'a\nb' }))),
      );
      expect((await ask('/room/1')).status).toBe(500);
      expect(given.at(-1)).toEqual({ destroyed: true });
    });

    it('and tells whoever works on it that nobody waits any more', async () => {
      let gone: AbortSignal | null = null;
      const begin = (signal: AbortSignal): Promise<never> => {
        gone = signal;
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Refusal())));
      };
      const ask = await startWith(taking(begin));
      const left = new AbortController();
      const asked = ask('/room/1', { signal: left.signal }).catch(() => 'left');
      await eventually(() => gone !== null, { what: 'it is worked on' });
      left.abort();
      expect(await asked).toBe('left');
      await eventually(() => gone!.aborted, { what: 'it is told' });
    });

    it('and lets no connection outlast the house', async () => {
      let finish: (() => void) | null = null;
      const begin = () =>
        new Promise<EarlyStream>((resolve) => {
          finish = () =>
            resolve(
              streamOf((target, { begins }) => {
                begins();
                target.end('late');
              }),
            );
        });
      const ask = await startWith(taking(begin));
      const asked = ask('/room/1');
      await eventually(() => finish !== null, { what: 'it is worked on' });
      whileClosing = async () => finish!();
      const closed = app!.close();
      const answer = await asked;
      expect([await answer.text(), answer.headers.get('connection')]).toEqual(['late', 'close']);
      await closed;
    });
  });
});
