import { describe, expect, it } from '@jest/globals';
import type { ApiService } from './api-service.entity.js';
import { certificateWarnings, warningDue } from './certificate-ends.js';

const now = new Date('2026-01-01T00:00:00Z');
const ending = (days: number) => ({
  fingerprint: 'f',
  subject: 'CN=client-1',
  expiresAt: new Date(now.getTime() + days * 86_400_000).toISOString(),
});

describe('The end of a client certificate', () => {
  it.each([
    [31, null],
    [30, 30],
    [12, 30],
    [7, 7],
    [1, 1],
    [0.5, 1],
    [-3, 1],
  ])('D105 is warned of %d days ahead by the warning for %p', (days, warning) => {
    expect(warningDue(ending(days), now)).toBe(warning);
  });

  it('D105 is warned of once at each distance', () => {
    expect(warningDue({ ...ending(12), warnedDays: 30 }, now)).toBeNull();
    expect(warningDue({ ...ending(6), warnedDays: 30 }, now)).toBe(7);
    expect(warningDue({ ...ending(-1), warnedDays: 1 }, now)).toBeNull();
  });

  it('D105 is told to whoever looks at the API service', () => {
    const of = (days: number) => certificateWarnings({ clientCertificateFacts: ending(days) } as ApiService, now);
    expect([of(40), certificateWarnings({ clientCertificateFacts: null } as ApiService, now)]).toEqual([[], []]);
    expect(of(12)).toEqual([
      { pointer: '/clientCertificate', problem: expect.stringContaining('2026-01-13T00:00:00.000Z, in 12 days') },
    ]);
    expect(of(-2)[0]!.problem).toContain('ended on');
  });
});
