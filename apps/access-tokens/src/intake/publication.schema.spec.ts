import { describe, expect, it } from '@jest/globals';
import type { Publication } from '@lockkeeper/contracts';
import { PublicationUnfit } from './intake.errors.js';
import { checkedPublication } from './publication.schema.js';

const fit: Publication = {
  connectionId: '5d2f2f0e-0000-4000-8000-000000000001',
  apiService: 'sandbox',
  user: 'ünï / côde',
  status: 'active',
  version: 1,
  revision: 1,
  cause: 'authorized',
  token: { accessToken: 'the-secret', tokenType: 'Bearer', scope: null, expiresAt: null },
  use: {
    baseUrls: ['https://api.example.com/v1'],
    header: 'Authorization',
    scheme: 'Bearer',
    query: null,
    headers: {},
  },
  reason: null,
  occurredAt: '2026-01-01T00:00:00.000Z',
};
const altered = (changes: object): Publication => ({ ...fit, ...changes });

describe('checkedPublication', () => {
  it('takes what both workspaces mean the same by', () => {
    expect(checkedPublication(fit)).toEqual(fit);
  });

  it('ignores members that a newer credentials may add', () => {
    expect(checkedPublication(altered({ mood: 'good' }))).toEqual(fit);
  });

  it('takes a cause that only a newer credentials knows for none', () => {
    expect(checkedPublication(altered({ cause: 'moved' })).cause).toBe('republished');
  });

  it('erases the token of a tombstone, whatever else it says', () => {
    expect(checkedPublication(altered({ status: 'revoked' })).token).toBeNull();
  });

  it.each([
    ['apiService', { apiService: 'a.b' }],
    ['apiService', { apiService: '*' }],
    ['user', { user: 'nul\u0000' }],
    ['version', { version: 1.5 }],
    ['status', { status: 'glorious' }],
    ['token.accessToken', { token: { ...fit.token, accessToken: '' } }],
    ['token.expiresAt', { token: { ...fit.token, expiresAt: 'tomorrow' } }],
    ['forecast.diesAt', { forecast: { diesAt: 'soon', because: '', daysAhead: 1 } }],
    ['scopeReduction.lost', { scopeReduction: { version: 1, lost: 'all' } }],
    ['use.baseUrls.0', { use: { ...fit.use, baseUrls: ['file:///etc/passwd'] } }],
  ])('refuses by name, without values, a wrong %s', (member, changes) => {
    const attempt = () => checkedPublication(altered(changes));
    expect(attempt).toThrow(PublicationUnfit);
    expect(attempt).toThrow(new RegExp(`in: ${member.replaceAll('.', '\\.')}\\.$`));
  });
});
