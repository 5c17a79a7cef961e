import { RE2JS, RE2JSException } from 're2js';

/**
 * Whether the whole of a value matches a field's pattern; null where the pattern can't be read. Patterns come from admins and values from
 * users, so they are matched by RE2, whose time grows with the value's length and no faster: the language's own matcher can be kept
 * busy for hours by one short value.
 */
export function matchesPattern(pattern: string, value: string): boolean | null {
  const matcher = compiled(pattern);
  return typeof matcher === 'string' ? null : matcher.matches(value);
}

/** Why a text is no pattern for fields; null where it is one. */
export function patternFault(pattern: string): string | null {
  const matcher = compiled(pattern);
  return typeof matcher === 'string' ? matcher : null;
}

/** What JavaScript has and RE2 hasn't, since it can't be matched in a time that is known beforehand. */
const UNBOUNDED: [RegExp, string][] = [
  [
    /\(\?<?[=!]/,
    'looks ahead or behind, which can’t be matched in bounded time; say what the value is made of instead',
  ],
  [/\\(?:[1-9]|k<)/, 'refers back to a group, which can’t be matched in bounded time; write the choices out'],
];

/** Read once: a form's fields are looked at each time that somebody types. */
const known = new Map<string, RE2JS | string>();
const MOST_KNOWN = 500;

function compiled(pattern: string): RE2JS | string {
  const before = known.get(pattern);
  if (before !== undefined) return before;
  if (known.size >= MOST_KNOWN) known.clear();
  const matcher = read(pattern);
  known.set(pattern, matcher);
  return matcher;
}

function read(pattern: string): RE2JS | string {
  const [, problem] = UNBOUNDED.find(([sign]) => sign.test(pattern.replaceAll('\\\\', ''))) ?? [];
  if (problem !== undefined) return problem;
  try {
    return RE2JS.compile(`^(?:${RE2JS.translateRegExp(pattern)})$`);
  } catch (error) {
    if (error instanceof RE2JSException) return `is not a regular expression that RE2 knows: ${error.message}`;
    throw error;
  }
}
