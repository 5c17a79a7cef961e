import { describe, expect, it } from '@jest/globals';
import { headers } from '@nats-io/transport-node';
import { REQUEST_ID_HEADER } from '@lockkeeper/contracts';
import { LockkeeperError } from '@lockkeeper/doors';
import { currentRequestId } from '@lockkeeper/observability';
import { of, throwError } from 'rxjs';
import { reasonOf } from './dead-letters.js';
import { PoisonMessageError } from './jetstream.context.js';
import { framesOf, resultOf, traceHeaders, underItsRequest } from './message-work.js';

class Refused extends LockkeeperError {}

describe('the work of a message', () => {
  it('is done under the request id that it carries, and passes it on', () => {
    const received = headers();
    received.set(REQUEST_ID_HEADER, 'req-7');
    underItsRequest(received, () => {
      expect(currentRequestId()).toBe('req-7');
      expect(traceHeaders().get(REQUEST_ID_HEADER)).toBe('req-7');
    });
  });

  it('gets an id of its own where the message carries none, or one that is not harmless to log', () => {
    const forged = headers();
    forged.set(REQUEST_ID_HEADER, 'x"} forged line');
    for (const received of [undefined, forged]) {
      expect(underItsRequest(received, () => currentRequestId())).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('has a result, whether its handler gave a value, a promise or an observable', async () => {
    expect(await resultOf(1)).toBe(1);
    expect(await resultOf(Promise.resolve(of(2)))).toBe(2);
    await expect(resultOf(throwError(() => new Error('no')))).rejects.toThrow('no');
  });
});

describe('telling of a failure', () => {
  const leaky = new TypeError('Unexpected token in {"accessToken":"lks-secret"}');

  it('shows where it happened without its message, which may quote what was worked on', () => {
    expect(framesOf(leaky)).toMatch(/^TypeError\n\s+at /);
    expect(framesOf(leaky)).not.toContain('lks-secret');
    expect(framesOf('a string')).toBeUndefined();
  });

  it('gives our own reasons in full, and of others only the kind', () => {
    const ours = new Refused({ kind: 'invalid', code: 'publication_refused', title: 'Refused', detail: 'Not sealed.' });
    expect(reasonOf(ours)).toBe('publication_refused: Not sealed.');
    expect(reasonOf(new PoisonMessageError('no handler'))).toBe('no handler');
    expect(reasonOf(leaky)).toBe('TypeError');
    expect(reasonOf('a string')).toBe('unknown');
  });
});
