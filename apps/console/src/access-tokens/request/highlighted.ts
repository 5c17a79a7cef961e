export interface Part {
  text: string;
  hit: boolean;
}

/**
 * Where the found value stands in the formatted text; lists of finds are marked one by one.
 * @param key the member that it is the value of, where one was asked for: an equal value elsewhere is no find
 */
export function highlighted(text: string, found: unknown, key?: string): Part[] {
  if (found === null || found === undefined) return [{ text, hit: false }];
  const placesIn = (value: unknown) => placesOf(text, value, key);
  const wanted = placesIn(found).length > 0 || !Array.isArray(found) ? [found] : found;
  const places = wanted.flatMap(placesIn).sort((one, other) => one.from - other.from);
  const parts: Part[] = [];
  let at = 0;
  for (const { from, to } of places) {
    if (from < at) continue;
    parts.push({ text: text.slice(at, from), hit: false }, { text: text.slice(from, to), hit: true });
    at = to;
  }
  return [...parts, { text: text.slice(at), hit: false }].filter((part) => part.text !== '');
}

/** As it is written inside of the text: at whatever depth, so without regard to how far it is indented. As a value, never as a name. */
function placesOf(text: string, value: unknown, key: string | undefined): { from: number; to: number }[] {
  const written = JSON.stringify(value, null, 2);
  if (written === undefined) return [];
  const lines = written.split('\n').map((line) => literal(line.trim()));
  const before = key === undefined ? '(?:^|[:[,\\n])' : `${literal(JSON.stringify(key))}:`;
  const pattern = new RegExp(`(?<=${before}\\s*)${lines.join('\\n\\s*')}(?=\\s*(?:,|\\n|\\]|\\}|$))`, 'g');
  return [...text.matchAll(pattern)].map(({ index, 0: hit }) => ({ from: index, to: index + hit.length }));
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
