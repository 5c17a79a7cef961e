import { describe, expect, it } from '@jest/globals';
import { backoffSeconds, breakerPauseSeconds } from './backoff.js';

describe('backoffSeconds', () => {
  const after = (failures: number, jitter: number) => backoffSeconds({ failures, jitter });

  it('doubles from five seconds and stays below fifteen minutes', () => {
    expect([0, 1, 2, 3, 20, 1000].map((failures) => after(failures, 0))).toEqual([5, 10, 20, 40, 900, 900]);
  });

  it('takes off up to a half at random', () => {
    expect(after(3, 1)).toBe(20);
    expect(after(3, 0.5)).toBe(30);
  });

  it('never comes back sooner than the provider asked for', () => {
    expect(backoffSeconds({ failures: 0, jitter: 0, retryAfterSeconds: 120 })).toBe(120);
    expect(backoffSeconds({ failures: 0, jitter: 1, retryAfterSeconds: 120, remainingSeconds: 5 })).toBeGreaterThan(
      119,
    );
  });

  it('tries again while there is still something to save', () => {
    expect(backoffSeconds({ failures: 9, jitter: 0, remainingSeconds: 30 })).toBe(10);
    expect(backoffSeconds({ failures: 9, jitter: 0, remainingSeconds: 1 })).toBe(1);
    expect(backoffSeconds({ failures: 0, jitter: 0, remainingSeconds: 3600 })).toBe(5);
    expect(backoffSeconds({ failures: 9, jitter: 0, remainingSeconds: -1 })).toBe(900);
  });
});

describe('breakerPauseSeconds', () => {
  it('doubles from ten seconds and stays below five minutes', () => {
    expect([0, 1, 2, 9].map((failures) => breakerPauseSeconds(failures, 0))).toEqual([10, 20, 40, 300]);
  });
});
