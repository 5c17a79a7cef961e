import { describe, expect, it } from '@jest/globals';
import { TRIED_FOR_SECONDS, nextAttemptSeconds } from './retry-schedule.js';

describe('nextAttemptSeconds', () => {
  it('begins with seconds and ends with hours, with a fifth of jitter to either side', () => {
    expect(nextAttemptSeconds(1, 0.5, null)).toBe(5);
    expect(nextAttemptSeconds(1, 0, null)).toBeCloseTo(4);
    expect(nextAttemptSeconds(1, 1, null)).toBeCloseTo(6);
    expect(nextAttemptSeconds(8, 0.5, null)).toBe(18_000);
    expect(nextAttemptSeconds(80, 0.5, null)).toBe(18_000);
  });

  it('fills two days with about sixteen attempts', () => {
    let [seconds, attempts] = [0, 1];
    while (seconds <= TRIED_FOR_SECONDS) seconds += nextAttemptSeconds(attempts++, 0.5, null);
    expect(attempts).toBeGreaterThanOrEqual(15);
    expect(attempts).toBeLessThanOrEqual(18);
  });

  it('leaves an endpoint alone for as long as it asks for, up to a day', () => {
    expect(nextAttemptSeconds(1, 0.5, 60)).toBe(60);
    expect(nextAttemptSeconds(8, 0.5, 60)).toBe(18_000);
    expect(nextAttemptSeconds(1, 0.5, 9_999_999)).toBe(86_400);
  });
});
