import { PassThrough, Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../../test/support/eventually.js';
import { failureOf } from '../../../test/support/failure.js';
import { ScriptedServer } from '../../../test/support/scripted-server.js';
import type { EgressError } from './egress.errors.js';
import { Egress } from './egress.js';
import type { EgressOptions } from './egress.js';

let server: ScriptedServer;
const opened: Egress[] = [];
const egress = (options: EgressOptions = {}) => {
  const made = new Egress({ allowedNetworks: ['127.0.0.1/32'], timeoutMs: 60_000, ...options });
  opened.push(made);
  return made;
};

beforeAll(async () => {
  server = await ScriptedServer.start();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});
afterAll(() => server.close());

describe('Egress, streaming,', () => {
  it('sends a stream with its length or in chunks, and hands over status, headers and bytes', async () => {
    server.answers((response) => {
      response.writeHead(
        201,
        [
          ['link', 'a'],
          ['link', 'b'],
        ].flat(),
      );
      response.end('answered');
    });
    const out = egress();
    const answer = await out.open(server.url, { method: 'POST', body: Readable.from(['abc']), bodyBytes: 3 });
    expect([answer.status, answer.headers['link'], await text(answer.body)]).toEqual([201, ['a', 'b'], 'answered']);
    await text((await out.open(server.url, { method: 'POST', body: Readable.from(['d', 'ef']) })).body);
    expect(server.requests.map(({ body }) => body)).toEqual(['abc', 'def']);
    expect(server.requests.map(({ headers }) => headers['content-length'] ?? headers['transfer-encoding'])).toEqual([
      '3',
      'chunked',
    ]);
  });

  it('keeps every rule: addresses, schemes, methods, headers', async () => {
    server.answers({ body: 'reached' });
    const tries = [
      egress({ allowedNetworks: [] }).open(server.url),
      egress().open('file:///etc/passwd'),
      egress().open(server.url, { method: 'CONNECT' }),
      egress().open(server.url, { headers: { host: 'x' } }),
      egress().open(server.url, { headers: { a: 'b\r\nc: d' } }),
    ];
    const errors = await Promise.all(tries.map((attempt) => failureOf<EgressError>(attempt)));
    expect(errors.map(({ code, sent }) => [code, sent])).toEqual(errors.map(() => ['egress_refused', false]));
    expect(server.requests).toHaveLength(0);
  });

  it('reads no faster than it is read', async () => {
    let written = 0;
    server.answers((response) => {
      const more = (): void => {
        while (written < 64 && response.write(Buffer.alloc(1_048_576))) written += 1;
        written += 1;
        if (written < 64) response.once('drain', more);
        else response.end();
      };
      more();
    });
    const { body } = await egress({ maxResponseBytes: 100 * 1_048_576 }).open(server.url);
    let seen = -1;
    await eventually(() => seen === written || void (seen = written), { what: 'the server has to wait' });
    expect(written).toBeLessThan(64);
    body.destroy();
  });

  it('ends an answer that grows too large, breaks off or falls silent, with the reason', async () => {
    const endOf = async (options: EgressOptions) =>
      failureOf<EgressError>(text((await egress(options).open(server.url)).body));
    server.answers((response) => void response.write('x'.repeat(2000)));
    expect(await endOf({ maxResponseBytes: 1000 })).toMatchObject({ code: 'egress_answer_too_large' });
    server.answers((response) => void response.write('x', () => response.socket?.destroy()));
    expect(await endOf({})).toMatchObject({ code: 'egress_unreachable', breakage: 'connection_lost' });
    server.answers((response) => void response.write('x'));
    expect(await endOf({ timeoutMs: 300 })).toMatchObject({ code: 'egress_timeout', phase: 'total' });
  });

  it('ends by the caller’s deadline before the answer begins, not after', async () => {
    server.answers(() => undefined);
    const late = await failureOf<EgressError>(egress().open(server.url, { answerWithinMs: 100 }));
    expect(late).toMatchObject({ code: 'egress_timeout', phase: 'headers', sent: true });
    server.answers((response) => {
      response.write('slow ');
      setTimeout(() => response.end('but sure'), 400);
    });
    const { body } = await egress().open(server.url, { answerWithinMs: 200 });
    expect(await text(body)).toBe('slow but sure');
  });

  it('ends with whoever asked, and with the body that was to be sent', async () => {
    server.answers(() => undefined);
    const gone = new AbortController();
    const asked = failureOf<EgressError>(egress().open(server.url, { signal: gone.signal }));
    gone.abort();
    expect(await asked).toMatchObject({ code: 'egress_abandoned' });
    const body = new PassThrough();
    const sending = failureOf<EgressError>(egress().open(server.url, { method: 'POST', body }));
    body.destroy(new Error('the caller broke off'));
    expect(await sending).toMatchObject({ code: 'egress_unreachable' });
  });

  describe('passes an answer on', () => {
    /** Takes everything, or nothing until it is told to. */
    class Caller extends Writable {
      readonly chunks: Buffer[] = [];
      readonly seen: string[] = [];
      private waiting: (() => void) | null = null;
      constructor(private slow = false) {
        super({ highWaterMark: 1 });
        this.on('error', () => undefined);
      }
      override _write(chunk: Buffer, _encoding: string, done: () => void): void {
        this.chunks.push(chunk);
        if (this.slow) this.waiting = done;
        else done();
      }
      readOn(): void {
        this.slow = false;
        this.waiting?.();
      }
      get text(): string {
        return Buffer.concat(this.chunks).toString();
      }
    }
    async function passed(caller = new Caller(), options: EgressOptions = {}) {
      const stream = await egress(options).open(server.url);
      stream.onceOver((whole) => caller.seen.push(whole ? 'whole' : 'cut'));
      stream.passTo(caller, {
        begins: () => caller.seen.push('begins'),
        breaks: (error) => caller.seen.push((error as EgressError).code),
      });
      return caller;
    }
    const over = (caller: Caller) =>
      eventually(() => caller.seen.some((one) => one === 'whole' || one === 'cut'), { what: 'it is over' });

    it.each([
      ['that is there at once', 'short'],
      ['that is long', 'x'.repeat(3 * 1_048_576)],
      ['that is empty', ''],
    ])('%s', async (_, body) => {
      server.answers({ body });
      const caller = await passed(new Caller(), { maxResponseBytes: 10 * 1_048_576 });
      await over(caller);
      expect([caller.text === body, caller.seen, caller.writableEnded]).toEqual([true, ['begins', 'whole'], true]);
    });

    it('that somebody has looked into, whole', async () => {
      server.answers({ body: 'looked into' });
      const caller = new Caller();
      const stream = await egress().open(server.url);
      const before = stream.body;
      stream.body = before.pipe(new PassThrough());
      stream.onceOver((whole) => caller.seen.push(String(whole)));
      stream.passTo(caller, { begins: () => undefined, breaks: () => undefined });
      await eventually(() => caller.writableFinished, { what: 'it has come' });
      expect([caller.text, caller.seen]).toEqual(['looked into', ['true']]);
    });

    it('no faster than it is taken', async () => {
      let written = 0;
      server.answers((response) => {
        const more = (): void => {
          while (written < 64 && response.write(Buffer.alloc(1_048_576))) written += 1;
          written += 1;
          if (written < 64) response.once('drain', more);
          else response.end();
        };
        more();
      });
      const caller = await passed(new Caller(true), { maxResponseBytes: 100 * 1_048_576 });
      let seen = -1;
      await eventually(() => seen === written || void (seen = written), { what: 'the server has to wait' });
      expect(written).toBeLessThan(64);
      caller.readOn();
      await over(caller);
      expect(caller.seen).toEqual(['begins', 'whole']);
    });

    it('says so where it broke off before its first byte, and cuts its caller off where it did later', async () => {
      server.answers((response) => {
        response.writeHead(200, { 'content-length': 9 }).flushHeaders();
        setImmediate(() => response.socket?.destroy());
      });
      const unwritten = await passed();
      await over(unwritten);
      expect([unwritten.seen, unwritten.destroyed]).toEqual([['cut', 'egress_unreachable'], false]);
      server.answers((response) => void response.write('x', () => response.socket?.destroy()));
      const cut = await passed();
      await over(cut);
      expect([cut.seen, cut.destroyed]).toEqual([['begins', 'cut'], true]);
    });

    it('and gives it up with its caller, whether they go on the way or were gone before', async () => {
      let closed = 0;
      server.answers((response) => {
        response.on('close', () => (closed += 1));
        response.write('x');
      });
      const leaving = await passed();
      leaving.destroy();
      await over(leaving);
      const gone = new Caller();
      gone.destroy();
      await passed(gone);
      await eventually(() => closed === 2, { what: 'the server hears of both' });
      expect([leaving.seen, gone.seen]).toEqual([['begins', 'cut'], ['cut']]);
    });
  });
});
