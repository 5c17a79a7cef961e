import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { armFailPoint, reached, readFailPoint } from './fail-points.js';

describe('A fail point', () => {
  const kill = jest.spyOn(process, 'kill').mockImplementation(() => true);
  afterEach(() => void kill.mockClear());

  it('does harm once, at the passage that it was armed for, and at no other point', () => {
    armFailPoint('after_send=kill#2');
    for (const point of ['after_answer', 'after_send', 'after_answer'] as const) reached(point);
    expect(kill).not.toHaveBeenCalled();
    reached('after_send');
    reached('after_send');
    expect(kill.mock.calls).toEqual([[process.pid, 'SIGKILL']]);
  });

  it('freezes where that is asked for', () => {
    armFailPoint('after_intent=freeze');
    reached('after_intent');
    expect(kill).toHaveBeenCalledWith(process.pid, 'SIGSTOP');
  });

  it.each(['', 'after_send', 'after_lunch=kill', 'after_send=kill#0', 'after_send=explode'])(
    'isn’t read from “%s”',
    (text) => {
      expect(readFailPoint(text)).toBeNull();
    },
  );
});
