/** However long another server asks for: after a day one may ask again. */
const LONGEST_SECONDS = 86_400;

/** RFC 9110 section 10.2.3: seconds, or a date. Null where there is none that can be read. */
export function readRetryAfter(header: string | undefined, receivedAt: Date): number | null {
  const text = header?.trim();
  if (!text) return null;
  // Every form of an HTTP date begins with the day's name; Date.parse would find a date in much else.
  const date = /^[a-z]{3}/i.test(text) ? Date.parse(text) : NaN;
  const seconds = /^\d+$/.test(text) ? Number(text) : (date - receivedAt.getTime()) / 1000;
  return Number.isNaN(seconds) ? null : Math.min(Math.max(Math.ceil(seconds), 0), LONGEST_SECONDS);
}
