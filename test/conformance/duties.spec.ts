import { describe, expect, it } from '@jest/globals';
import { dutiesIn, dutyName, readDuties, specsOfDuties } from '../../scripts/duties.mjs';

/** What `npm run conformance` leans on: each duty is shown by a test that names it, or says why it can't be. */
describe('The duties', () => {
  const duties = readDuties();
  const shown = new Set([...specsOfDuties().values()].flat());

  it('are numbered from 1 on, each once', () => {
    expect(duties).toHaveLength(133);
    expect(duties.map(({ number }) => number)).toEqual(duties.map((_, index) => index + 1));
  });

  it('have a test, or a reason why they don’t apply, and not both', () => {
    const bare = duties.filter(({ number, notApplicable }) => !shown.has(number) && notApplicable === undefined);
    const both = duties.filter(({ number, notApplicable }) => shown.has(number) && notApplicable !== undefined);
    expect({ bare: bare.map(nameOf), both: both.map(nameOf) }).toEqual({ bare: [], both: [] });
  });

  it('are known, wherever a title names one', () => {
    expect([...shown].filter((number) => number > duties.length)).toEqual([]);
  });

  it('are read off a title’s labels, and not off its words', () => {
    // Put together, so that this page names no duty itself.
    expect(dutiesIn(`${dutyName(51)}, ${dutyName(52)} is compared`)).toEqual([51, 52]);
    expect(dutiesIn(`${dutyName(9)}, G4 keeps members`)).toEqual([9]);
    expect(dutiesIn(`keeps what ${dutyName(13)} says`)).toEqual([]);
  });
});

const nameOf = ({ number }: { number: number }): string => dutyName(number);
