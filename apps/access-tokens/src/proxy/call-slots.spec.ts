import { describe, expect, it } from '@jest/globals';
import { CallSlots } from './call-slots.js';

describe('CallSlots', () => {
  const slots = () => new CallSlots({ ACCESS_TOKENS_CALLS_PER_CONSUMER: 3, ACCESS_TOKENS_CALLS_PER_CONNECTION: 2 });

  it('hold a connection to its limit, and a consumer to its own', () => {
    const some = slots();
    const take = (consumerId: string, connectionId: string) => some.take({ consumerId, connectionId });
    take('a', '1');
    take('a', '1');
    expect(() => take('b', '1')).toThrow(expect.objectContaining({ code: 'too_many_calls', kind: 'too_many' }));
    take('a', '2');
    expect(() => take('a', '3')).toThrow(expect.objectContaining({ members: { of: 'consumer', limit: 3 } }));
    take('b', '2');
  });

  it('are given back once, however often that is said', () => {
    const some = slots();
    const [first] = [1, 2].map(() => some.take({ consumerId: 'a', connectionId: '1' }));
    first!();
    first!();
    some.take({ consumerId: 'a', connectionId: '1' });
    expect(() => some.take({ consumerId: 'a', connectionId: '1' })).toThrow('limit');
  });
});
