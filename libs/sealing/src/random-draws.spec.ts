import { describe, expect, it } from '@jest/globals';
import { randomDraws } from './random-draws.js';

describe('random draws', () => {
  it('give as many bytes as wanted, and none twice', () => {
    const [draw, other] = [randomDraws(16), randomDraws(16)];
    const values = Array.from({ length: 1000 }, () => [draw(), other()]).flat();
    expect(new Set(values.map(({ length }) => length))).toEqual(new Set([16]));
    expect(new Set(values.map((value) => value.toString('hex'))).size).toBe(2000);
  });
});
