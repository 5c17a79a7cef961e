import { describe, expect, it } from '@jest/globals';
import type { Connection, ConnectionFault } from '../connections/connection.entity.js';
import type { NamedState } from '../connections/named-states.js';
import { tokensSince } from './reissue.js';

describe('what a connection had at a version, and has still', () => {
  const state = (version: number, more: Partial<NamedState> = {}): NamedState => ({
    ...{ version, scope: null, issuedAt: '', expiresAt: null, refreshable: true, refreshAt: null, failures: 0 },
    ...{ fault: null, ...more },
  });
  const had = (version: number, own: number, tokens: Record<string, NamedState>): Connection =>
    ({ version, namedStates: { ownVersion: own, tokens } }) as Connection;

  it('is its own token, as long as its version is no newer', () => {
    const plain = { version: 3, namedStates: null } as Connection;
    expect([tokensSince(plain, 2), tokensSince(plain, 3), tokensSince(plain, 4)]).toEqual([[], [null], [null]]);
  });

  it('is each of several by itself: that another one is newer says nothing about it', () => {
    const connection = had(4, 1, { user: state(4), bot: state(2) });
    expect(tokensSince(connection, 1)).toEqual([null]);
    expect(tokensSince(connection, 3)).toEqual([null, 'bot']);
    expect(tokensSince(connection, 4)).toEqual([null, 'user', 'bot']);
  });

  it('is one that can’t be refreshed too, but none that lapsed: that is erased', () => {
    const lapsed = state(1, { refreshable: false, fault: {} as ConnectionFault });
    expect(tokensSince(had(2, 2, { kept: state(1, { refreshable: false }), lapsed }), 1)).toEqual(['kept']);
  });
});
