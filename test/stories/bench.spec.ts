import { describe, expect, it } from '@jest/globals';
import { AnswerReader } from '../bench/answer-reader.js';
import { BenchRun } from '../bench/bench-run.js';
import { atLeast, atMost, measured, median, quantile } from '../bench/measurement.js';
import { tableOf } from '../bench/table.js';

const named = { bench: 'reads', metric: 'requests/s at 32', reference: 'bare Fastify' };

describe('benchmarks', () => {
  it('take medians of rounds, and of the rounds’ ratios', () => {
    const rounds = [
      { ours: 50, reference: 100 },
      { ours: 10, reference: 40 },
      { ours: 90, reference: 100 },
    ];
    expect(measured(named, rounds)).toEqual({
      ...named,
      ours: 50,
      referenceValue: 100,
      ratio: 0.5,
      goal: null,
      ok: true,
    });
  });

  it('tell whether a goal is met, by the ratio', () => {
    const half = [{ ours: 1, reference: 2 }];
    expect(measured(named, half, atLeast(0.5))).toMatchObject({ goal: '>= 0.5', ok: true });
    expect(measured(named, half, atLeast(0.51))).toMatchObject({ ok: false });
    expect(measured(named, half, atMost(0.5))).toMatchObject({ goal: '<= 0.5', ok: true });
    expect(measured(named, half, atMost(0.49))).toMatchObject({ ok: false });
  });

  it('take quantiles of what was seen, and of nothing none', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([quantile(hundred, 0.99), quantile(hundred, 1), median(hundred)]).toEqual([99, 100, 50]);
    expect(() => median([])).toThrow(/nothing/);
  });

  it('print one table, in which a missed goal stands out', () => {
    const rounds = [{ ours: 1, reference: 2 }];
    const table = tableOf([measured(named, rounds, atLeast(0.5)), measured(named, rounds, atLeast(1))]).split('\n');
    expect(table).toHaveLength(4);
    expect(table[2]).toMatch(/^reads +requests\/s at 32 +1\.00 +2\.00 +bare Fastify +0\.500 +>= 0\.5 +ok$/);
    expect(table[3]).toMatch(/MISSED$/);
  });

  it('find the end of an answer, however it is cut, and refuse what can’t be counted', () => {
    let answers = 0;
    const reader = new AnswerReader(() => (answers += 1));
    const text = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\nx: y\r\n\r\nbody';
    for (const part of [text, text.slice(0, 20), text.slice(20, 50), text.slice(50)]) reader.take(Buffer.from(part));
    expect(answers).toBe(2);
    const take = (answer: string) => () => new AnswerReader(() => undefined).take(Buffer.from(answer));
    expect(take(text.replace('200', '503'))).toThrow('503');
    expect(take(text.replace('Content-Length: 4', 'Transfer-Encoding: chunked'))).toThrow('Content-Length');
    expect(take(`${text}more`)).toThrow('more than one');
  });

  it('end what they started in reverse order, all of it, even when one part fails to end', async () => {
    const ended: string[] = [];
    const run = new BenchRun('test');
    await run.uses(Promise.resolve('first'), (part) => ended.push(part));
    await run.uses(Promise.resolve('second'), () => Promise.reject(new Error('stuck')));
    await run.uses(Promise.resolve('third'), (part) => ended.push(part));
    await expect(run.cleanUp()).rejects.toThrow('stuck');
    expect(ended).toEqual(['third', 'first']);
  });
});
