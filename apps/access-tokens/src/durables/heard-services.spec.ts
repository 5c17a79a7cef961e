import { describe, expect, it } from '@jest/globals';
import { hearingOf } from './heard-services.js';

const of = (apiService: string, user: string | null = null) => ({ apiService, user });

describe('hearingOf', () => {
  it('is one durable for each API service', () => {
    expect(hearingOf([of('mail'), of('billing')])).toEqual({ apiServices: ['billing', 'mail'], leftOut: [] });
  });

  it('is one durable for everything, whatever else is named beside it', () => {
    expect(hearingOf([of('mail'), of('*'), of('billing', 'ada')])).toEqual({ apiServices: ['*'], leftOut: [] });
  });

  it('leaves out what is limited to a user, unless the whole API service is covered too', () => {
    expect(hearingOf([of('mail', 'ada'), of('billing'), of('billing', 'bob'), of('*', 'eve')])).toEqual({
      apiServices: ['billing'],
      leftOut: [of('mail', 'ada'), of('*', 'eve')],
    });
  });

  it('is nothing for a consumer that may use nothing', () => {
    expect(hearingOf([])).toEqual({ apiServices: [], leftOut: [] });
  });
});
