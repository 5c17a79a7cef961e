import { describe, expect, it } from '@jest/globals';
import { matched } from './matched';

const all = [
  { apiService: 'podio', user: 'ada' },
  { apiService: 'podio', user: 'alan' },
  { apiService: 'google', user: 'ada' },
];

describe('the preview of entitlements', () => {
  it('shows what the rules cover, each connection once', () => {
    expect(matched([{ apiService: 'podio', user: null }], all)).toEqual(all.slice(0, 2));
    expect(
      matched(
        [
          { apiService: '*', user: 'ada' },
          { apiService: 'podio', user: 'ada' },
        ],
        all,
      ),
    ).toEqual([all[0], all[2]]);
    expect(matched([{ apiService: '*', user: null }], all)).toEqual(all);
    expect(matched([{ apiService: '', user: null }], all)).toEqual([]);
  });
});
