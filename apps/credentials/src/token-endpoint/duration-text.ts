const UNITS: readonly [RegExp, number][] = [
  [/^(s|secs?|seconds?)$/, 1],
  [/^(m|mins?|minutes?)$/, 60],
  [/^(h|hrs?|hours?)$/, 3_600],
  [/^(d|days?)$/, 86_400],
  [/^(w|weeks?)$/, 7 * 86_400],
];

const ISO = /^P(?:([\d.]+)W)?(?:([\d.]+)D)?(?:T(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?)?$/;

/**
 * Seconds in a text such as `PT1H30M` (ISO 8601, without years and months, whose length nobody knows) or `1 hour 30 minutes`,
 * `90d`. NaN for anything else.
 */
export function durationSeconds(text: string): number {
  const iso = ISO.exec(text.trim());
  if (iso)
    return sum(
      [7 * 86_400, 86_400, 3_600, 60, 1].map((seconds, at) => Number(iso[at + 1] ?? 0) * seconds),
      text,
    );
  const plain = text.toLowerCase().replace(/\band\b|,|\s+/g, '');
  if (!/^([\d.]+[a-z]+)+$/.test(plain)) return NaN;
  return sum(
    [...plain.matchAll(/([\d.]+)([a-z]+)/g)].map(([, count, unit]) => Number(count) * secondsOf(unit!)),
    text,
  );
}

const secondsOf = (unit: string): number => UNITS.find(([names]) => names.test(unit))?.[1] ?? NaN;

/** A designator alone (`P`, `PT`) is no duration. */
const sum = (parts: number[], text: string): number =>
  /\d/.test(text) ? parts.reduce((total, one) => total + one, 0) : NaN;
