/** RFC 6901, the string form: empty, or `/` and reference tokens with `~0` and `~1` for `~` and `/`. */
export const JSON_POINTER = /^(\/([^~/]|~[01])*)*$/;

/** The value at a pointer of a parsed JSON document; undefined where there is none. Own members only. */
export function valueAt(document: unknown, pointer: string): unknown {
  return tokensOf(pointer).reduce<unknown>((value, token) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) return undefined;
    return (value as Record<string, unknown>)[token];
  }, document);
}

/** The pointer to a path of member names and indexes. */
export function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((token) => `/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The member names and indexes that a pointer goes through. */
export function tokensOf(pointer: string): string[] {
  const tokens = pointer.split('/').slice(1);
  return tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}
