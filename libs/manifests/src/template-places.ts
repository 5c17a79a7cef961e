import { namesIn, TemplateSyntaxError } from './template.js';

const CLIENT = ['client_id', 'client_secret', 'redirect_uri'] as const;
const CLOCK = ['now_seconds', 'now_milliseconds', 'random'] as const;
const CONNECTION = ['field.*', 'captured.*'] as const;
const HELD = ['access_token', 'refresh_token'] as const;

/**
 * Which values a template may name, by where it stands: the closed list. `field.<key>` are the connection's own values that the
 * manifest asks for (`fields`), `captured.<name>` those that it takes from callbacks and answers (`captures`).
 */
export const TEMPLATE_PLACES = {
  authorize: ['client_id', 'redirect_uri', 'scope', 'state', 'code_challenge', 'field.*', ...CLOCK],
  callback: ['client_id', 'client_secret', 'callback_query', 'field.*'],
  token: [...CLIENT, 'code', 'code_verifier', 'scope', ...CONNECTION, ...CLOCK],
  refresh: [...CLIENT, ...HELD, 'scope', ...CONNECTION, ...CLOCK],
  followUp: [...CLIENT, ...HELD, ...CONNECTION, ...CLOCK],
  revoke: [...CLIENT, 'token', 'token_type_hint', ...HELD, ...CONNECTION, ...CLOCK],
  test: ['client_id', 'access_token', ...CONNECTION, ...CLOCK],
  use: ['client_id', ...CONNECTION],
  guide: ['redirect_uri'],
} as const satisfies Record<string, readonly string[]>;

export type TemplatePlace = keyof typeof TEMPLATE_PLACES;

/** Of the request itself, once all of it but its headers is written: what signatures are made over. `path` has the query with it. */
export const WRITTEN_REQUEST = ['request.method', 'request.url', 'request.path', 'request.body'] as const;

const FAMILY = /^(field|captured)\..+$/;

/** What is wrong with a template at a place, in words; empty where nothing is. */
export function templateFaults(source: string, place: TemplatePlace, besides: readonly string[] = []): string[] {
  const known: readonly string[] = [...TEMPLATE_PLACES[place], ...besides];
  try {
    return namesIn(source)
      .filter((name) => !known.includes(name.replace(FAMILY, '$1.*')))
      .map((name) => `names {{ ${name} }}, which is not known here; known are ${known.join(', ')}`);
  } catch (error) {
    if (error instanceof TemplateSyntaxError) return [error.message];
    throw error;
  }
}
