import { namesIn, TemplateSyntaxError } from './template.js';

const CLIENT = ['client_id', 'client_secret', 'redirect_uri'] as const;
const CLOCK = ['now_seconds', 'random'] as const;

/**
 * Which values a template may name, by where it stands: the closed list. `captured.<name>` are the values that the manifest itself
 * captures from answers (`answer.captures`).
 */
export const TEMPLATE_PLACES = {
  authorize: ['client_id', 'redirect_uri', 'scope', 'state', 'code_challenge'],
  token: [...CLIENT, 'code', 'code_verifier', 'scope', ...CLOCK],
  refresh: [...CLIENT, 'refresh_token', 'access_token', 'scope', 'captured.*', ...CLOCK],
  revoke: [...CLIENT, 'token', 'token_type_hint', 'access_token', 'refresh_token', 'captured.*', ...CLOCK],
  test: ['client_id', 'access_token', 'captured.*', ...CLOCK],
  guide: ['redirect_uri'],
} as const satisfies Record<string, readonly string[]>;

export type TemplatePlace = keyof typeof TEMPLATE_PLACES;

const CAPTURED = 'captured.';

/** What is wrong with a template at a place, in words; empty where nothing is. */
export function templateFaults(source: string, place: TemplatePlace): string[] {
  try {
    return namesIn(source)
      .filter((name) => !isKnown(name, place))
      .map((name) => `names {{ ${name} }}, which is not known here; known are ${TEMPLATE_PLACES[place].join(', ')}`);
  } catch (error) {
    if (error instanceof TemplateSyntaxError) return [error.message];
    throw error;
  }
}

function isKnown(name: string, place: TemplatePlace): boolean {
  const known: readonly string[] = TEMPLATE_PLACES[place];
  return known.includes(name.startsWith(CAPTURED) ? `${CAPTURED}*` : name);
}
