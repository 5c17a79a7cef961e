const UNITS: [name: string, seconds: number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** `in 3 days`, `5 minutes ago`, `now`. */
export function relative(differenceMs: number): string {
  const seconds = Math.round(Math.abs(differenceMs) / 1000);
  // The clock ticks each second: what has just happened may seem to lie before it.
  if (seconds < 1 || (differenceMs > 0 && seconds < 2)) return 'now';
  const [name, size] = UNITS.find(([, unit]) => seconds >= unit)!;
  const count = Math.floor(seconds / size);
  const words = `${count} ${name}${count === 1 ? '' : 's'}`;
  return differenceMs > 0 ? `in ${words}` : `${words} ago`;
}
