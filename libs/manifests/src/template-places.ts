import { namesIn, TemplateSyntaxError } from './template.js';

const CLIENT = ['client_id', 'client_secret', 'redirect_uri'] as const;
const CLOCK = ['now_seconds', 'now_milliseconds', 'random'] as const;
/** The API service's own besides the client's: in what credentials sends to the provider, and nowhere else. */
const SECRETS = ['secret.*'] as const;
const CONNECTION = ['field.*', 'captured.*'] as const;
/** What a token is asked for with, where that is no code: each in its own grant only. */
const PROOFS = ['device_code', 'assertion', 'subject_token', 'actor_token'] as const;
const HELD = ['access_token', 'refresh_token'] as const;

/**
 * Which values a template may name, by where it stands: the closed list. `field.<key>` are the connection's own values that the
 * manifest asks for (`fields`), `captured.<name>` those that it takes from callbacks and answers (`captures`), `secret.<name>` the API
 * service's own (`secrets`).
 */
export const TEMPLATE_PLACES = {
  authorize: ['client_id', 'redirect_uri', 'scope', 'state', 'code_challenge', 'field.*', ...CLOCK],
  callback: ['client_id', 'client_secret', 'callback_query', 'field.*'],
  token: [...CLIENT, 'code', 'code_verifier', ...PROOFS, 'scope', ...SECRETS, ...CONNECTION, ...CLOCK],
  assertion: ['client_id', 'scope', ...CONNECTION, ...CLOCK],
  device: ['client_id', 'client_secret', 'scope', ...SECRETS, 'field.*', ...CLOCK],
  refresh: [...CLIENT, ...HELD, 'scope', ...SECRETS, ...CONNECTION, ...CLOCK],
  followUp: [...CLIENT, ...HELD, ...SECRETS, ...CONNECTION, ...CLOCK],
  revoke: [...CLIENT, 'token', 'token_type_hint', ...HELD, ...SECRETS, ...CONNECTION, ...CLOCK],
  introspect: [...CLIENT, 'token', 'token_type_hint', ...SECRETS, ...CONNECTION, ...CLOCK],
  test: ['client_id', 'access_token', ...SECRETS, ...CONNECTION, ...CLOCK],
  use: ['client_id', ...CONNECTION],
  guide: ['redirect_uri'],
} as const satisfies Record<string, readonly string[]>;

export type TemplatePlace = keyof typeof TEMPLATE_PLACES;

/** Of the request itself, once all of it but its headers is written: what signatures are made over. `path` has the query with it. */
export const WRITTEN_REQUEST = ['request.method', 'request.url', 'request.path', 'request.body'] as const;

const FAMILY = /^(field|captured|secret)\..+$/;

/** Where somebody may look for a secret of the API service, and why it isn't known there. */
const KEPT_FROM: Partial<Record<TemplatePlace, string>> = {
  use: 'which never leaves credentials: calls to the API are made by access-tokens and its consumers, on the other side of the lock. Take it out here; whoever calls the API sends it with the call',
  authorize:
    'which would travel through the user’s browser. Take it out here; requests of credentials itself can carry it',
};

/** What is wrong with a template at a place, in words; empty where nothing is. */
export function templateFaults(source: string, place: TemplatePlace, besides: readonly string[] = []): string[] {
  const known: readonly string[] = [...TEMPLATE_PLACES[place], ...besides];
  try {
    return namesIn(source)
      .filter((name) => !known.includes(name.replace(FAMILY, '$1.*')))
      .map(
        (name) =>
          `names {{ ${name} }}, ${keptFrom(name, place) ?? `which is not known here; known are ${known.join(', ')}`}`,
      );
  } catch (error) {
    if (error instanceof TemplateSyntaxError) return [error.message];
    throw error;
  }
}

const keptFrom = (name: string, place: TemplatePlace): string | undefined =>
  name.startsWith('secret.') ? KEPT_FROM[place] : undefined;
