import { exposedNamesIn, namesIn, TemplateSyntaxError } from './template.js';

type Values = Record<string, string | number | boolean | null>;

/** A request, or what is said of one. */
export interface RequestParts {
  url?: string | undefined;
  query?: Values | undefined;
  headers?: Values | undefined;
  body?: { parameters: Values } | undefined;
}

/** A template with its place below the request. */
export interface PlacedTemplate {
  path: [keyof RequestParts, ...string[]];
  text: string;
}

/** Every template of a request. */
export function templatesOf({ url, query, headers, body }: RequestParts): PlacedTemplate[] {
  return [
    ...(url === undefined ? [] : [{ path: ['url'] as ['url'], text: url }]),
    ...placed(['query'], query),
    ...placed(['headers'], headers),
    ...placed(['body', 'parameters'], body?.parameters),
  ];
}

/** The names in a template; none where it can't be read, which is reported where it stands. */
export const namesOrNone = (text: string): string[] => orNone(() => namesIn(text));

/** Whether the client secret itself, and not just a signature made with it, stands in what the template gives. */
export const exposesSecret = (text: string): boolean => orNone(() => exposedNamesIn(text)).includes('client_secret');

function orNone(names: () => string[]): string[] {
  try {
    return names();
  } catch (error) {
    if (error instanceof TemplateSyntaxError) return [];
    throw error;
  }
}

function placed(path: PlacedTemplate['path'], values: Values = {}): PlacedTemplate[] {
  return Object.entries(values).flatMap(([name, text]): PlacedTemplate[] =>
    typeof text === 'string' ? [{ path: [...path, name], text }] : [],
  );
}
