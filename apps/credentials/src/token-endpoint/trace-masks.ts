import { MASK, maskPieces, maskText } from '@lockkeeper/egress';
import { wordsIn } from './markup.js';

/** Headers whose values tell something to whoever debugs, and can't be secrets. Of all others only the name is kept. */
const TOLD_HEADERS =
  /^(accept|accept-(encoding|language)|allow|cache-control|content-(encoding|language|length|type)|date|etag|expires|location|retry-after|server|user-agent|vary|www-authenticate|x-request-id|request-id|.*ratelimit.*|anthropic-version)$/i;

/** Members of forms, queries and answers that OAuth knows, and that are no secrets. */
const TOLD_MEMBERS = new Set(
  [
    ...['grant_type', 'response_type', 'response_mode', 'client_id', 'redirect_uri', 'scope', 'scopes', 'user_scope'],
    ...['code_challenge_method', 'token_type', 'token_type_hint', 'issued_token_type', 'requested_token_type'],
    ...['subject_token_type', 'actor_token_type', 'expires_in', 'refresh_token_expires_in', 'refresh_expires_in'],
    ...['expires_at', 'expires', 'error', 'error_description', 'error_uri', 'error_code', 'errcode', 'errmsg', 'iss'],
    ...['prompt', 'access_type', 'include_granted_scopes', 'approval_prompt', 'audience', 'resource', 'interval'],
    ...['message', 'status', 'code_expires_in', 'ok', 'success'],
  ].map((name) => name.toLowerCase()),
);

/** How known secrets are taken out of a text. */
export interface Masking {
  /** What is of one form, and read by machines: a scope, a media type, a name that OAuth knows. */
  formal: (text: string) => string;
  /** What may say anything. */
  prose: (text: string) => string;
}

/** For what we send: secrets stand in it as we put them there. */
export function sentMasking(secrets: readonly string[]): Masking {
  const formal = (text: string) => maskText(text, secrets);
  return { formal, prose: formal };
}

/** For what is answered: who refuses a secret may repeat a piece of it, in prose. Answers of success have next to none, and pay nothing for it. */
export const answeredMasking = (secrets: readonly string[]): Masking => ({
  formal: (text) => maskText(text, secrets),
  prose: (text) => maskPieces(text, secrets),
});

const unmasked: Masking = { formal: (text) => text, prose: (text) => text };

const LONGEST = 4000;
/** Of a text this much is looked at: more than is shown, since masks are shorter than what they stand for. */
const LONGEST_READ = 4 * LONGEST;
/** Whatever is as long as a token may be one, wherever it stands. */
const LONG_WORD = /[\w\-~+=%]{24,}/g;

export function maskedHeaders(headers: Readonly<Record<string, string>>, masking: Masking): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      TOLD_HEADERS.test(name) ? toldHeader(name, value, masking) : MASK,
    ]),
  );
}

/** Of one form each, and read by machines. */
const FORMAL_HEADERS = /^(accept.*|allow|cache-control|content-.*|date|expires|retry-after|vary)$/i;

function toldHeader(name: string, value: string, masking: Masking): string {
  if (FORMAL_HEADERS.test(name)) return masking.formal(value).replace(LONG_WORD, MASK);
  return shown(withoutQuery(name, value), masking);
}

/** A URL with those of its parameters that tell something; everything else masked. */
export function toldUrl(url: URL): string {
  const query = [...url.searchParams].map(([name, value]) => `${name}=${told(name, value, unmasked)}`);
  return url.origin + url.pathname + (query.length > 0 ? `?${query.join('&')}` : '');
}

/** Each character can be read in one way only, so that no answer takes long to be none. */
const FORM = /^[\w.~-]+=[^\s<&]*(&[\w.~-]+=[^\s<&]*)*$/;

/** A body by its form: names stay, values of the allow-list too. Of what is neither form, JSON nor text for people only the size is told. */
export function maskedBody(body: string | undefined, type: string, masking: Masking): string | null {
  if (body === undefined || body === '') return null;
  const json = parsed(body);
  if (json !== undefined) return cut(JSON.stringify(maskedJson(json, masking)));
  if (/form/i.test(type) || FORM.test(body)) return cut(maskedForm(body, masking));
  if (/html|xml|text/i.test(type) || body.trimStart().startsWith('<')) return cut(shown(wordsIn(body), masking));
  return `${body.length} characters that are neither JSON nor a form`;
}

function maskedJson(value: unknown, masking: Masking, name = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => maskedJson(one, masking, name));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [toldName(key, masking), maskedJson(one, masking, key)]),
    );
  if (value === null || typeof value === 'boolean') return value;
  const text = told(name, String(value), masking);
  return typeof value === 'number' && text === String(value) ? value : text;
}

const maskedForm = (body: string, masking: Masking): string =>
  [...new URLSearchParams(body)]
    .map(([name, value]) => `${toldName(name, masking)}=${told(name, value, masking)}`)
    .join('&');

/** Names that answers of success are made of. */
const FORMAL_NAMES = /^(access_token|refresh_token|id_token)$/;

function toldName(name: string, { formal, prose }: Masking): string {
  return FORMAL_NAMES.test(name) || TOLD_MEMBERS.has(name) ? formal(name) : prose(name);
}

/** Long by their nature, and no tokens. */
const LONG_MEMBERS = /^(client_id|redirect_uri|scopes?|user_scope|resource|audience|iss|.*_type)$/i;

const SECONDS = /^\d{1,7}$/;

function told(name: string, value: string, masking: Masking): string {
  if (!TOLD_MEMBERS.has(name.toLowerCase())) return MASK;
  if (LONG_MEMBERS.test(name)) return masking.formal(value);
  return SECONDS.test(value) ? masking.formal(value) : shown(value, masking);
}

const shown = (text: string, masking: Masking): string =>
  masking.prose(text.slice(0, LONGEST_READ)).replace(LONG_WORD, MASK);

/** A redirect's address may carry anything in its query. */
const withoutQuery = (name: string, value: string): string =>
  name.toLowerCase() === 'location' ? value.split(/[?#]/, 1)[0]! : value;

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

/** How JSON begins. Most bodies are forms, and it takes longer to fail at one than to read JSON. */
const MAY_BE_JSON = /^\s*["[{\-\dtfn]/;

function parsed(body: string): unknown {
  if (!MAY_BE_JSON.test(body)) return undefined;
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
