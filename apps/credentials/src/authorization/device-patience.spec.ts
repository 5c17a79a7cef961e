import { describe, expect, it } from '@jest/globals';
import { TokenFault } from '../token-endpoint/token-fault.js';
import { nextPoll, type Patience } from './device-patience.js';

const fault = (
  oauthError: string | undefined,
  more: { permanent?: boolean; retryAfterSeconds?: number; intervalSeconds?: number } = {},
) =>
  new TokenFault({
    owner: 'provider',
    permanent: false,
    kind: 'upstream_failed',
    code: 'x',
    title: 'x',
    detail: 'x',
    reachedProvider: true,
    oauthError,
    ...more,
  });

/** Waits and intervals after each of these words of the provider, one poll after the other. */
function waitsAfter(words: (string | undefined)[]): [number, number][] {
  let patience: Patience = { intervalSeconds: 5, failures: 0 };
  return words.map((word) => {
    const next = nextPoll(patience, fault(word));
    if (!('wait' in next)) throw new Error(`it ended after ${word}`);
    patience = next.wait;
    return [next.wait.seconds, next.wait.intervalSeconds];
  });
}

describe('The patience of a device’s poller', () => {
  it('D078 waits the interval before each poll', () => {
    expect(waitsAfter(['authorization_pending', 'authorization_pending'])).toEqual([
      [5, 5],
      [5, 5],
    ]);
  });

  it('D079 waits five seconds longer after each slow_down, for this and all later polls', () => {
    const words = ['slow_down', 'slow_down', 'slow_down', 'authorization_pending'];
    expect(waitsAfter(words).map(([seconds]) => seconds)).toEqual([10, 15, 20, 20]);
  });

  it.each([
    ['a longer one than that', 17, 17],
    ['a shorter one', 6, 10],
    ['one that is out of all reason', 1e9, 300],
  ])('D079 waits as the slow_down says where it names an interval: %s', (_what, told, seconds) => {
    const next = nextPoll({ intervalSeconds: 5, failures: 2 }, fault('slow_down', { intervalSeconds: told }));
    expect(next).toEqual({ wait: { intervalSeconds: seconds, failures: 0, seconds } });
  });

  it('D080 waits twice as long after each silence, at most five minutes, and the interval again once the provider is back', () => {
    const words = [...Array<undefined>(7).fill(undefined), 'authorization_pending'];
    expect(waitsAfter(words).map(([seconds]) => seconds)).toEqual([10, 20, 40, 80, 160, 300, 300, 5]);
    expect(nextPoll({ intervalSeconds: 5, failures: 0 }, fault(undefined, { retryAfterSeconds: 90 }))).toMatchObject({
      wait: { seconds: 90 },
    });
  });

  it.each([
    ['access_denied', 'denied'],
    ['expired_token', 'expired'],
    ['invalid_grant', 'failed'],
    ['server_error', 'failed'],
    ['something_of_its_own', 'failed'],
  ])('D081 ends after %s', (word, end) => {
    expect(nextPoll({ intervalSeconds: 5, failures: 0 }, fault(word))).toEqual({ end });
  });

  it('ends where no request can be made at all', () => {
    expect(nextPoll({ intervalSeconds: 5, failures: 0 }, fault(undefined, { permanent: true }))).toEqual({
      end: 'failed',
    });
  });
});
