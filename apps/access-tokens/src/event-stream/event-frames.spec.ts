import { describe, expect, it } from '@jest/globals';
import { InvalidInput } from '@lockkeeper/doors';
import { eventFrame, heartbeatFrame, placeOf } from './event-frames.js';

describe('frames of server-sent events', () => {
  it('carry the place, the type and the event, and end with an empty line', () => {
    const frame = eventFrame({ sequence: 7, subject: 'x', text: '{"id":"a"}' }, 'token.rotated');
    expect(frame).toBe('id: 7\nevent: token.rotated\ndata: {"id":"a"}\n\n');
  });

  it('of a heartbeat move the place without an event', () => {
    expect(heartbeatFrame(9)).toBe(': heartbeat\nid: 9\n\n');
  });

  it.each([
    [undefined, null],
    ['', null],
    ['0', 0],
    ['42', 42],
  ])('take %p for the place %p', (id, place) => expect(placeOf(id)).toBe(place));

  it.each(['-1', '1.5', 'x', '1e3', '9'.repeat(16)])('refuse %p as a place', (id) => {
    expect(() => placeOf(id)).toThrow(InvalidInput);
  });
});
