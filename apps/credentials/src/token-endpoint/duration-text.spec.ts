import { describe, expect, it } from '@jest/globals';
import { durationSeconds } from './duration-text.js';

describe('A duration', () => {
  it.each([
    ['PT1H', 3_600],
    ['PT1H30M5S', 5_405],
    ['P30D', 2_592_000],
    ['P2W', 1_209_600],
    ['P1DT12H', 129_600],
    ['3600s', 3_600],
    ['1 hour', 3_600],
    ['1 hour and 30 minutes', 5_400],
    ['2 days, 4 hrs', 187_200],
    ['90 D', 7_776_000],
    ['1.5h', 5_400],
  ])('%s is %d seconds', (text, seconds) => {
    expect(durationSeconds(text)).toBe(seconds);
  });

  it.each(['', 'P', 'PT', 'soon', '3600', '1 month', '1 fortnight', 'P1Y', '-PT1H', 'h', '1..2h'])(
    '%s is none',
    (text) => {
      expect(durationSeconds(text)).toBeNaN();
    },
  );
});
