import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TooManyRefusedKeys, TooManyRequests } from './access.errors.js';
import { HoldOff } from './hold-off.js';
import { CallRates, neighbourhood } from './rates.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const SETTINGS = { requestsPerKey: 3, requestsPerAddress: 2, refusedKeysPerAddress: 2 };

describe('Rates', () => {
  const refusal = (ask: () => void): unknown => {
    try {
      return ask();
    } catch (error) {
      return error;
    }
  };

  it('let a key ask so often in a second, and say when it may ask again', () => {
    const rates = new CallRates(SETTINGS);
    for (let asked = 0; asked < 3; asked += 1) rates.admit('key:1');
    jest.advanceTimersByTime(400);
    const over = refusal(() => rates.admit('key:1'));
    expect(over).toBeInstanceOf(TooManyRequests);
    expect(over).toMatchObject({ kind: 'too_many', retryAfterSeconds: 1, hint: expect.any(String) });
    rates.admit('key:2');
    jest.advanceTimersByTime(600);
    rates.admit('key:1');
  });

  it('count what was admitted without a word together with the rest', () => {
    const rates = new CallRates(SETTINGS);
    expect([1, 2, 3, 4].map(() => rates.admits('key:1'))).toEqual([true, true, true, false]);
    expect(refusal(() => rates.admit('key:1'))).toBeInstanceOf(TooManyRequests);
    jest.advanceTimersByTime(1000);
    expect(rates.admits('key:1')).toBe(true);
  });

  it('count strangers by their address', () => {
    const rates = new CallRates(SETTINGS);
    rates.admitStranger('192.0.2.1');
    rates.admitStranger('192.0.2.1');
    expect(refusal(() => rates.admitStranger('192.0.2.1'))).toBeInstanceOf(TooManyRequests);
    rates.admitStranger('192.0.2.2');
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:ffff::1'],
  ])('take %s and %s for one neighbour', (one, other) => expect(neighbourhood(one)).toBe(neighbourhood(other)));
});

describe('Refused keys', () => {
  const waits = async (holdOff: HoldOff): Promise<number> => {
    const error = await holdOff.assertOver('192.0.2.1').then(
      () => null,
      (held: unknown) => held,
    );
    if (error === null) return 0;
    expect(error).toBeInstanceOf(TooManyRefusedKeys);
    return Math.ceil((error as TooManyRefusedKeys).retryAfterSeconds!);
  };

  it('cost nothing at first, then twice as much each time, up to five minutes', async () => {
    const holdOff = new HoldOff(2);
    const seen: number[] = [];
    for (let refusals = 0; refusals < 13; refusals += 1) {
      await holdOff.refused('192.0.2.1');
      seen.push(await waits(holdOff));
      jest.advanceTimersByTime(seen.at(-1)! * 500); // before the time is over: it tries again
    }
    expect(seen).toEqual([0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  });

  it('hold off nobody else, and are forgiven once their time is over', async () => {
    const holdOff = new HoldOff(2);
    for (let refusals = 0; refusals < 3; refusals += 1) await holdOff.refused('192.0.2.1');
    await holdOff.assertOver('192.0.2.2');
    expect(await waits(holdOff)).toBe(1);
    jest.advanceTimersByTime(1001);
    expect(await waits(holdOff)).toBe(0);
  });
});
