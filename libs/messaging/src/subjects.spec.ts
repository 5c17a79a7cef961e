import { describe, expect, it } from '@jest/globals';
import { deadLetterSubject, subjectMatches } from './subjects.js';

describe('subjects', () => {
  it.each([
    ['a.b', 'a.b', true],
    ['a.*', 'a.b', true],
    ['a.*', 'a.b.c', false],
    ['a.*', 'a', false],
    ['a.>', 'a.b', true],
    ['a.>', 'a.b.c', true],
    ['a.>', 'a', false],
    ['>', 'a.b', true],
    ['*.b', 'a.b', true],
    ['a.b', 'a', false],
    ['a', 'a.b', false],
  ])('%s matches %s: %s', (pattern, subject, expected) => {
    expect(subjectMatches(pattern, subject)).toBe(expected);
  });

  it('of dead letters tell who gave up on what', () => {
    const subject = deadLetterSubject('PUBLICATIONS', 'access-tokens', 'lockkeeper.publications.c1');
    expect(subject).toBe('lockkeeper.dead-letters.PUBLICATIONS.access-tokens.publications.c1');
  });
});
