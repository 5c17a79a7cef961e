import { MASK, maskText } from '@lockkeeper/egress';

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

const LONGEST = 4000;
/** Whatever is as long as a token may be one, wherever it stands. */
const LONG_WORD = /[\w\-~+=%]{24,}/g;

export function maskedHeaders(
  headers: Readonly<Record<string, string>>,
  secrets: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      TOLD_HEADERS.test(name) ? shown(withoutQuery(name, value), secrets) : MASK,
    ]),
  );
}

/** A URL with those of its parameters that tell something; everything else masked, in the path too. */
export function toldUrl(url: URL, secrets: readonly string[]): string {
  const query = [...url.searchParams].map(
    ([name, value]) => `${maskText(name, secrets)}=${told(name, value, secrets)}`,
  );
  return maskText(url.origin + url.pathname, secrets) + (query.length > 0 ? `?${query.join('&')}` : '');
}

/** A body by its form: names stay, values of the allow-list too. Of what is neither form, JSON nor text for people only the size is told. */
export function maskedBody(body: string | undefined, type: string, secrets: readonly string[]): string | null {
  if (body === undefined || body === '') return null;
  const json = parsed(body);
  if (json !== undefined) return cut(JSON.stringify(maskedJson(json, secrets)));
  if (/form/i.test(type) || /^[\w.~-]+=[^\s<]*(&[\w.~-]+=[^\s<]*)*$/.test(body)) return cut(maskedForm(body, secrets));
  if (/html|xml|text/i.test(type) || body.trimStart().startsWith('<')) return cut(shown(wordsIn(body), secrets));
  return `${body.length} characters that are neither JSON nor a form`;
}

function maskedJson(value: unknown, secrets: readonly string[], name = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => maskedJson(one, secrets, name));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [maskText(key, secrets), maskedJson(one, secrets, key)]),
    );
  if (value === null || typeof value === 'boolean') return value;
  const text = told(name, String(value), secrets);
  return typeof value === 'number' && text === String(value) ? value : text;
}

const maskedForm = (body: string, secrets: readonly string[]): string =>
  [...new URLSearchParams(body)]
    .map(([name, value]) => `${maskText(name, secrets)}=${told(name, value, secrets)}`)
    .join('&');

/** Long by their nature, and no tokens. */
const LONG_MEMBERS = /^(client_id|redirect_uri|scopes?|user_scope|resource|audience|iss|.*_type)$/i;

function told(name: string, value: string, secrets: readonly string[]): string {
  if (!TOLD_MEMBERS.has(name.toLowerCase())) return MASK;
  return LONG_MEMBERS.test(name) ? maskText(value, secrets) : shown(value, secrets);
}

const shown = (text: string, secrets: readonly string[]): string => maskText(text, secrets).replace(LONG_WORD, MASK);

/** A redirect's address may carry anything in its query. */
const withoutQuery = (name: string, value: string): string =>
  name.toLowerCase() === 'location' ? value.split(/[?#]/, 1)[0]! : value;

/** What a person would read of a web page. */
const wordsIn = (markup: string): string =>
  markup
    .replace(/<(style|script|head)\b[^]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

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
