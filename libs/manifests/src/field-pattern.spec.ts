import { describe, expect, it } from '@jest/globals';
import { matchesPattern, patternFault } from './field-pattern.js';

describe('a field’s pattern', () => {
  it('has to match the whole value', () => {
    expect(matchesPattern('[a-z]+', 'acme')).toBe(true);
    expect(matchesPattern('[a-z]+', 'acme!')).toBe(false);
    expect(matchesPattern('a|b', 'ab')).toBe(false);
    expect(matchesPattern('.+', 'two\nlines')).toBe(false);
    expect(matchesPattern('[\\s\\S]+', 'two\nlines')).toBe(true);
    expect(matchesPattern('\\u{e9}\\/[^/]', 'é/x')).toBe(true);
  });

  it('takes no longer for the value that it was made to stumble over', () => {
    // By backtracking: 2^16384 steps, so that a matcher of that kind would never come to the next line.
    expect(matchesPattern('(a+)+b', 'a'.repeat(16_384))).toBe(false);
    expect(matchesPattern('(\\w|\\w\\w)*!', 'a'.repeat(16_384))).toBe(false);
  });

  it.each([
    ['(?=a)b', /looks ahead/],
    ['(?<!a)b', /looks ahead or behind/],
    ['(a)\\1', /refers back/],
    ['(?<n>a)\\k<n>', /refers back/],
    ['(', /not a regular expression.*missing closing/],
    ['a{2000}', /invalid repeat count/],
  ])('is refused with its reason: %s', (pattern, reason) => {
    expect(patternFault(pattern)).toMatch(reason);
    expect(matchesPattern(pattern, 'a')).toBeNull();
  });

  it('may name what only looks like one of them', () => {
    for (const pattern of ['\\\\1', '(?:a)', '(?<name>a)']) expect(patternFault(pattern)).toBeNull();
  });
});
