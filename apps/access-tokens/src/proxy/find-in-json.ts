/**
 * The value of the first member with this name, at any depth, in the order of the document as it was written. (A parsed object would not do:
 * JavaScript puts names that look like numbers first, and keeps of two equal names the last.)
 * @param json valid JSON
 * @returns undefined if there is none; null is a value like any other
 */
export function findInJson(json: string, key: string): unknown {
  for (let at = json.indexOf('"'); at !== -1;) {
    const end = endOfString(json, at);
    const colon = afterSpace(json, end);
    const isName = json[colon] === ':';
    if (isName && JSON.parse(json.slice(at, end)) === key) return valueAt(json, afterSpace(json, colon + 1));
    at = json.indexOf('"', end);
  }
  return undefined;
}

function valueAt(json: string, start: number): unknown {
  return JSON.parse(json.slice(start, endOfValue(json, start)));
}

function endOfValue(json: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const character = json[at]!;
    if (character === '"') {
      at = endOfString(json, at);
      continue;
    }
    if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    else if (depth === 0) return endOfLiteral(json, at);
    at += 1;
  } while (depth > 0);
  return at;
}

const endOfLiteral = (json: string, start: number): number => matchedFrom(/[\w.+-]*/y, json, start);
const afterSpace = (json: string, start: number): number => matchedFrom(/[ \t\r\n]*/y, json, start);

function matchedFrom(sticky: RegExp, json: string, start: number): number {
  sticky.lastIndex = start;
  return start + (sticky.exec(json)?.[0].length ?? 0);
}

/** @param start at the opening quote */
function endOfString(json: string, start: number): number {
  for (let at = start + 1; ; at += 1) {
    const quote = json.indexOf('"', at);
    const slash = json.slice(at, quote).indexOf('\\');
    if (slash === -1) return quote + 1;
    at += slash + 1; // on the escaped character, which the loop passes over
  }
}
