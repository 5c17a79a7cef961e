import { describe, expect, it } from '@jest/globals';
import { RecentRate } from './recent-rate.js';

describe('RecentRate', () => {
  it('counts the last ten seconds, and forgets what is older', () => {
    let now = 5_000;
    const rate = new RecentRate(() => now);
    for (let times = 0; times < 40; times += 1) rate.count();
    now += 4_000;
    for (let times = 0; times < 10; times += 1) rate.count();
    expect(rate.perSecond).toBe(5);
    now += 6_000;
    expect(rate.perSecond).toBe(1);
    now += 60_000;
    expect(rate.perSecond).toBe(0.1);
  });
});
