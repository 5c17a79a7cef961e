/** Elements whose content nobody reads. */
const UNREAD = /^(style|script|head)\b/i;

/** What a person would read of a web page. Takes time in proportion to it, whatever a provider makes of it. */
export function wordsIn(markup: string): string {
  const words: string[] = [];
  const unended = new Set<string>();
  for (let at = 0; at < markup.length;) {
    const open = markup.indexOf('<', at);
    const end = open < 0 ? -1 : markup.indexOf('>', open);
    if (end < 0) {
      words.push(markup.slice(at));
      break;
    }
    words.push(markup.slice(at, open));
    at = afterContent(markup, { name: UNREAD.exec(markup.slice(open + 1, open + 10))?.[1], after: end + 1 }, unended);
  }
  return words.join(' ').replace(/\s+/g, ' ').trim();
}

/** @param unended the names whose end was looked for to the last character, and in vain */
function afterContent(
  markup: string,
  { name, after }: { name: string | undefined; after: number },
  unended: Set<string>,
): number {
  const element = name?.toLowerCase();
  if (element === undefined || unended.has(element)) return after;
  const end = new RegExp(`</${element}>`, 'gi');
  end.lastIndex = after;
  if (end.test(markup)) return end.lastIndex;
  unended.add(element);
  return after;
}
