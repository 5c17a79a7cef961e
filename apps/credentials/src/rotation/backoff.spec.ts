import { describe, expect, it } from '@jest/globals';
import { backoffSeconds } from './backoff.js';

describe('backoffSeconds', () => {
  it('doubles from five seconds and stays below fifteen minutes', () => {
    expect([0, 1, 2, 3, 20, 1000].map((failures) => backoffSeconds(failures, 0))).toEqual([5, 10, 20, 40, 900, 900]);
  });

  it('takes off up to a half at random', () => {
    expect(backoffSeconds(3, 1)).toBe(20);
    expect(backoffSeconds(3, 0.5)).toBe(30);
  });

  it('never comes back sooner than the provider asked for', () => {
    expect(backoffSeconds(0, 0, 120)).toBe(120);
    expect(backoffSeconds(0, 1, 120)).toBeGreaterThanOrEqual(120);
  });
});
