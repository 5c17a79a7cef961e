/** One thing that was counted, and what it had to be. */
export interface Figure {
  name: string;
  /** For people: `24 of 24`. */
  found: string;
  expected: string;
  passed: boolean;
}

export const counted = (name: string, found: number, expected: number): Figure => ({
  name,
  found: String(found),
  expected: String(expected),
  passed: found === expected,
});

/** All of them, and at least one: a share of nothing shows nothing. */
export const allOf = (name: string, found: number, of: number): Figure => ({
  name,
  found: `${found} of ${of}`,
  expected: 'all',
  passed: found === of && of > 0,
});

/** A figure whose name says what it has to be. */
export const holds = (name: string, found: string, passed: boolean): Figure => ({
  name,
  found,
  expected: 'otherwise',
  passed,
});

export const lineOf = ({ name, found, expected, passed }: Figure): string =>
  `${passed ? 'ok  ' : 'FAIL'}  ${name}: ${found}${passed ? '' : ` (expected: ${expected})`}`;

/** Park and Miller's: the same numbers for the same seed, everywhere. */
export function random(seed: number): (below: number) => number {
  let state = seed % 2147483647 || 1;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
}
