import { describe, expect, it } from '@jest/globals';
import { type OpenIdSettings, readRoleRules, roleOf } from './openid.settings.js';

const settings = (roles: string): OpenIdSettings => ({
  issuer: 'https://id.example',
  clientId: 'console',
  clientSecret: null,
  name: 'id.example',
  scopes: [],
  roleClaim: 'groups',
  roles: readRoleRules(roles.split(','), ['admin', 'auditor']) as OpenIdSettings['roles'],
});

describe('the role of somebody who signed in at the organisation', () => {
  it('is that of the first rule that one of the claim’s values fits', () => {
    const both = settings('keepers=admin,everybody=auditor');
    expect(roleOf({ groups: ['everybody', 'keepers'] }, both)).toBe('admin');
    expect(roleOf({ groups: 'everybody' }, both)).toBe('auditor');
  });

  it('is none where nothing fits: not for a missing claim, not for a part of a value', () => {
    const keepers = settings('keepers=admin');
    for (const claims of [{}, { groups: 'keeper' }, { groups: ['lock-keepers'] }, { roles: 'keepers' }]) {
      expect(roleOf(claims, keepers)).toBeNull();
    }
  });

  it('may come from a value that holds an equals sign, and is one that this workspace knows', () => {
    expect(readRoleRules(['cn=keepers=admin'], ['admin'])).toEqual([{ value: 'cn=keepers', role: 'admin' }]);
    expect(readRoleRules(['keepers=king'], ['admin'])).toEqual({ wrong: 'king' });
    expect(readRoleRules(['admin'], ['admin'])).toEqual({ wrong: 'admin' });
  });
});
