import type { Manifest, ManifestRequest } from './manifest.schema.js';
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

/** Whether the client secret or another of the API service itself, and not just a signature made with it, stands in what the template gives. */
export const exposesSecret = (text: string): boolean =>
  orNone(() => exposedNamesIn(text)).some((name) => name === 'client_secret' || name.startsWith('secret.'));

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

/** The endpoints that a certificate is shown at (RFC 8705 section 5), those that are there: `['token', 'https://mtls.…']`. */
export const mtlsAliasesIn = ({
  mtlsEndpointAliases = {},
}: Pick<Manifest, 'mtlsEndpointAliases'>): [string, string][] =>
  Object.entries(mtlsEndpointAliases).filter((alias): alias is [string, string] => alias[1] !== undefined);

/** The requests that a manifest writes out whole, with their places: all but those for tokens, which take over from one another. */
export function wholeRequests({
  followUps,
  revoke,
  introspect,
  test,
}: Pick<Manifest, 'followUps' | 'revoke' | 'introspect' | 'test'>): {
  path: PropertyKey[];
  request: ManifestRequest;
}[] {
  return [
    ...followUps.map(({ request }, index) => ({ path: ['followUps', index, 'request'], request })),
    ...(revoke && 'request' in revoke ? [{ path: ['revoke', 'request'], request: revoke.request }] : []),
    ...(introspect ? [{ path: ['introspect', 'request'], request: introspect.request }] : []),
    ...(test ? [{ path: ['test', 'request'], request: test.request }] : []),
  ];
}
