import { describe, expect, it } from '@jest/globals';
import { relative } from './relative';

describe('how far away a moment is', () => {
  it('is told in the largest unit that fits', () => {
    expect(relative(90_000)).toBe('in 1 minute');
    expect(relative(-3 * 86_400_000)).toBe('3 days ago');
    expect(relative(2 * 3600_000 + 5)).toBe('in 2 hours');
    expect(relative(400)).toBe('now');
    expect([relative(1400), relative(1600), relative(-1400)]).toEqual(['now', 'in 2 seconds', '1 second ago']);
    expect(relative(-31_557_600_000)).toBe('1 year ago');
  });
});
