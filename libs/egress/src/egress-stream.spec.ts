import { PassThrough, Readable } from 'node:stream';
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
  const made = new Egress({ allowedNetworks: ['127.0.0.1/32'], timeoutMs: 5_000, keepAlive: true, ...options });
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
});
