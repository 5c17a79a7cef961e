import { describe, expect, it } from '@jest/globals';
import { Coverage } from './coverage.js';

const ada = { apiService: 'mail', user: 'ada' };
const bob = { apiService: 'mail', user: 'bob' };
const allOfMail = { apiService: 'mail', user: null };
const adaAnywhere = { apiService: '*', user: 'ada' };
const everything = { apiService: '*', user: null };

describe('what entitlements cover', () => {
  it.each([
    ['nothing', [], [false, false, false]],
    ['one user of one API service', [ada], [true, false, false]],
    ['several users', [ada, bob], [true, true, false]],
    ['all users of an API service', [allOfMail], [true, true, false]],
    ['all users, whatever else is named', [ada, allOfMail, bob], [true, true, false]],
    ['one user of every API service', [adaAnywhere], [true, false, true]],
    ['everything', [everything], [true, true, true]],
  ])('%s', (_what, entitlements, covered) => {
    const coverage = new Coverage(entitlements);
    expect([
      coverage.covers('mail', 'ada'),
      coverage.covers('mail', 'bob'),
      coverage.covers('calendar', 'ada'),
    ]).toEqual(covered);
  });
});
