import { describe, expect, it } from '@jest/globals';
import { horizonDue } from './horizons.js';

const DAY_MS = 86_400_000;
const now = new Date('2026-06-01T00:00:00Z');
const inDays = (days: number) => new Date(now.getTime() + days * DAY_MS);

const dying = (days: number, more: Partial<Parameters<typeof horizonDue>[0]> = {}) => ({
  diesAt: inDays(days),
  deathIsFixed: true,
  status: 'active' as const,
  refreshAt: inDays(0.01),
  foretoldDays: null,
  issuedAt: inDays(-0.5),
  authorizedAt: inDays(-100),
  ...more,
});

describe('A death is announced', () => {
  it.each([
    [31, null],
    [30, 30],
    [8, 30],
    [7, 7],
    [2, 7],
    [1, 1],
    [0.01, 1],
    [0, null],
    [-1, null],
  ])('%d days before it by the nearest horizon that was reached: %p', (days, horizon) => {
    expect(horizonDue(dying(days), now)).toBe(horizon);
  });

  it('once at each horizon', () => {
    expect(horizonDue(dying(20, { foretoldDays: 30 }), now)).toBeNull();
    expect(horizonDue(dying(5, { foretoldDays: 30 }), now)).toBe(7);
    expect(horizonDue(dying(5, { foretoldDays: 1 }), now)).toBeNull();
  });

  it('only where no refresh will prevent it', () => {
    expect(horizonDue(dying(5, { deathIsFixed: false }), now)).toBeNull();
    expect(horizonDue(dying(5, { deathIsFixed: false, status: 'refresh_failing' }), now)).toBe(7);
    expect(horizonDue(dying(5, { deathIsFixed: false, refreshAt: null }), now)).toBe(7);
    expect(horizonDue(dying(5, { status: 'reauthorization_required' as const }), now)).toBeNull();
  });

  it('not where it was that near from the beginning', () => {
    const hour = { issuedAt: now, authorizedAt: now, refreshAt: null };
    expect(horizonDue(dying(1 / 24, hour), now)).toBeNull();
    expect(horizonDue(dying(5, hour), now)).toBeNull();
    expect(horizonDue(dying(1, { ...hour, authorizedAt: inDays(-1), issuedAt: inDays(-1) }), now)).toBe(1);
  });
});
