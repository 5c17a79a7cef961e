const names = new Map<string, string>();

/**
 * For a statement that is asked all the time and takes longer to plan than to carry out: each connection of the workspace parses and plans it once, and
 * plans it anew after a few seconds (SteadyClient). The text must be one of few, and its plan must not hang on the values: they aren't known when it is made.
 * @returns the text, to be asked like any other
 */
export function prepared(text: string): string {
  if (!names.has(text)) names.set(text, `prepared_${names.size + 1}`);
  return text;
}

/** Undefined for a text that nobody had prepared. */
export const preparedName = (text: string): string | undefined => names.get(text);
