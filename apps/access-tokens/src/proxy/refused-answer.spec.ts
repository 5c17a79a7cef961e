import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { EgressStream } from '@lockkeeper/egress';
import { peeked } from './peeked-body.js';
import { saysRefused } from './refused-answer.js';

const SIGNS = [
  { path: ['error'], equals: 'token_expired' },
  { path: ['error', 'code'], equals: 190 },
];

type LookedInto = Pick<EgressStream, 'headers' | 'body'>;

const answerOf = (body: string | Buffer | Readable, headers: EgressStream['headers'] = {}): LookedInto => ({
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: body instanceof Readable ? body : Readable.from([Buffer.from(body)], { objectMode: false }),
});

/** Whether it says so, and what its caller gets. */
async function heard(answer: LookedInto): Promise<[boolean, string]> {
  const said = await saysRefused(answer, SIGNS);
  return [said, (await buffer(answer.body)).toString('latin1')];
}

describe('An answer that refuses its token in its body', () => {
  it('is told by the manifest’s sign, and reaches its caller whole all the same', async () => {
    const refusals = ['{"ok":false,"error":"token_expired"}', '{"error":{"code":190}}'];
    for (const text of refusals) expect(await heard(answerOf(text))).toEqual([true, text]);
    const zipped = gzipSync(refusals[0]!);
    const answer = answerOf(zipped, { 'content-encoding': 'gzip', 'content-length': String(zipped.length) });
    expect(await heard(answer)).toEqual([true, zipped.toString('latin1')]);
  });

  it.each<[string, string | Buffer, EgressStream['headers']]>([
    ['says something else', '{"ok":true,"error":"ratelimited"}', {}],
    ['has it in another place', '{"data":{"error":"token_expired"}}', {}],
    ['has a number for a text', '{"error":{"code":"190"}}', {}],
    ['is no JSON', '{"error":"token_expired"', {}],
    ['is nothing', '', {}],
    ['is of another kind', '{"error":"token_expired"}', { 'content-type': 'text/event-stream' }],
    ['is packed in a way that nobody knows', '{"error":"token_expired"}', { 'content-encoding': 'zstd' }],
    ['would grow large', gzipSync(`{"error":"token_expired","x":"${'0'.repeat(100_000)}"}`), { 'content-encoding': 'gzip' }], // prettier-ignore
    ['is longer than any refusal', `{"error":"token_expired","x":"${'0'.repeat(20_000)}"}`, {}],
  ])('is none that %s: it goes through as it came', async (_what, body, headers) => {
    expect(await heard(answerOf(body, headers))).toEqual([false, Buffer.from(body).toString('latin1')]);
  });

  it('is not waited for where it comes slowly: what has come goes on, the rest as it comes', async () => {
    const source = new Readable({ read: () => undefined });
    source.push('{"a":');
    const { whole, body } = await peeked(source, { mostBytes: 100, longestMs: 20 });
    expect(whole).toBeNull();
    const rest = buffer(body);
    source.push('1}');
    source.push(null);
    expect((await rest).toString()).toBe('{"a":1}');
  });

  it('breaks for its caller where it broke, before and after it was looked at', async () => {
    const broken = new Error('broken');
    const early = new Readable({ read: () => undefined });
    early.on('error', () => undefined).push('{');
    setImmediate(() => early.destroy(broken));
    await expect(
      peeked(early, { mostBytes: 100, longestMs: 5_000 }).then(({ body }) => buffer(body)),
    ).rejects.toThrow();
    const late = new Readable({ read: () => undefined });
    late.on('error', () => undefined).push('{"a":1');
    const { body } = await peeked(late, { mostBytes: 3, longestMs: 5_000 });
    const whole = buffer(body);
    late.destroy(broken);
    await expect(whole).rejects.toThrow('broken');
  });

  it('lets its source go when nobody wants it any more, and reads no faster than it is read', async () => {
    let asked = 0;
    const source = new Readable({
      highWaterMark: 1024,
      read: () => void ((asked += 1), source.push(Buffer.alloc(1024))),
    });
    const { body } = await peeked(source, { mostBytes: 2048, longestMs: 5_000 });
    body.once('readable', () => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toBeLessThan(200);
    body.destroy();
    await new Promise((resolve) => body.once('close', resolve));
    expect(source.destroyed).toBe(true);
  });
});
