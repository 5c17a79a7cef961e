import { beforeEach, describe, expect, it } from '@jest/globals';
import { StateAdapter } from './state-adapter.js';
import { SandboxState } from './state.js';

describe('StateAdapter', () => {
  let state: SandboxState;
  let grants: StateAdapter;
  let refreshTokens: StateAdapter;
  let accessTokens: StateAdapter;

  beforeEach(async () => {
    state = await SandboxState.load(null, () => {});
    [grants, refreshTokens, accessTokens] = ['Grant', 'RefreshToken', 'AccessToken'].map(
      (model) => new StateAdapter(model, state),
    ) as [StateAdapter, StateAdapter, StateAdapter];
    await grants.upsert('g1', { accountId: 'alice' }, 60);
  });

  it('lets a refresh token be consumed once', async () => {
    await refreshTokens.upsert('r1', { grantId: 'g1' }, 60);
    await refreshTokens.consume('r1');
    expect(await refreshTokens.find('r1')).toHaveProperty('consumed');
    await expect(refreshTokens.consume('r1')).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('ends the grant and all that came from it when a token is consumed again', async () => {
    await refreshTokens.upsert('r1', { grantId: 'g1' }, 60);
    await accessTokens.upsert('a1', { grantId: 'g1' }, 60);
    await refreshTokens.consume('r1');
    await expect(refreshTokens.consume('r1')).rejects.toThrow();
    expect([await grants.find('g1'), await accessTokens.find('a1'), await refreshTokens.find('r1')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('does not keep a token whose grant ended while it was being made', async () => {
    await grants.destroy('g1');
    await accessTokens.upsert('a1', { grantId: 'g1' }, 60);
    expect(await accessTokens.find('a1')).toBeUndefined();
  });

  it('leaves other grants alone when one is revoked', async () => {
    await grants.upsert('g2', { accountId: 'bob' }, 60);
    await accessTokens.upsert('a1', { grantId: 'g1' }, 60);
    await accessTokens.upsert('a2', { grantId: 'g2' }, 60);
    await accessTokens.revokeByGrantId('g1');
    expect(await accessTokens.find('a1')).toBeUndefined();
    expect(await accessTokens.find('a2')).toBeDefined();
  });

  it('finds a device code by what its user typed', async () => {
    const devices = new StateAdapter('DeviceCode', state);
    await devices.upsert('d1', { userCode: 'AAAA', params: {} }, 60);
    expect(await devices.findByUserCode('AAAA')).toMatchObject({ userCode: 'AAAA' });
    expect(await devices.findByUserCode('BBBB')).toBeUndefined();
  });

  it('finds a session by its uid until it is destroyed', async () => {
    const sessions = new StateAdapter('Session', state);
    await sessions.upsert('s1', { uid: 'u1' }, 60);
    expect(await sessions.findByUid('u1')).toMatchObject({ uid: 'u1' });
    await sessions.destroy('s1');
    expect(await sessions.findByUid('u1')).toBeUndefined();
  });
});
