/** What stands in a trace where a secret was. */
export const MASK = '***';

const MASKED_HEADERS = /authorization|cookie|token|secret|api-?key|signature/i;

/**
 * The text without the given secrets, in any of the forms in which a request carries them: as they are, percent-encoded,
 * form-encoded, escaped in JSON or HTML, in Base64.
 */
export function maskText(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const form of allForms(secrets)) if (form.length <= masked.length) masked = masked.replaceAll(form, MASK);
  return masked;
}

/** A URL for people: no userinfo, no fragment, no query values, no given secret in its path. Unreadable URLs give the mask alone. */
export function maskUrl(url: string | URL, secrets: readonly string[] = []): string {
  const parsed = URL.parse(String(url));
  if (!parsed) return MASK;
  const names = [...new Set(parsed.searchParams.keys())];
  const query = names.map((name) => `${maskText(encodeURIComponent(name), secrets)}=${MASK}`).join('&');
  return maskText(parsed.origin + parsed.pathname, secrets) + (query && `?${query}`);
}

/** Headers for people: credentials masked whole, given secrets wherever they stand. */
export function maskHeaders(
  headers: Readonly<Record<string, string>>,
  secrets: readonly string[] = [],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, MASKED_HEADERS.test(name) ? MASK : maskText(value, secrets)]),
  );
}

/** One request's secrets are looked for in dozens of texts: of a frozen array the forms are made once. */
const made = new WeakMap<readonly string[], readonly string[]>();

/** The longest first. */
function allForms(secrets: readonly string[]): readonly string[] {
  const known = made.get(secrets);
  if (known !== undefined) return known;
  const forms = secrets.flatMap(formsOf).sort((a, b) => b.length - a.length);
  if (Object.isFrozen(secrets)) made.set(secrets, forms);
  return forms;
}

/** Each character that HTML escapes. */
const HTML_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What nothing escapes. */
const PLAIN = /^[\w.-]+$/;

/** A secret as it is, and in all usual encodings of it; none of an empty one. */
export function formsOf(secret: string): string[] {
  if (secret === '') return [];
  const urlSafe = Buffer.from(secret).toString('base64url');
  const base64 = urlSafe.replaceAll('-', '+').replaceAll('_', '/');
  const forms = base64 === urlSafe ? [secret, base64] : [secret, base64, urlSafe];
  return PLAIN.test(secret) ? forms : [...new Set([...forms, ...escapedForms(secret)])];
}

function escapedForms(secret: string): string[] {
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  const html = secret.replace(/[&<>"']/g, (character) => HTML_ESCAPES[character]!);
  return [encodeURIComponent(secret), form, JSON.stringify(secret).slice(1, -1), html];
}

/** Base64 in its other alphabet. */
const forUrls = (base64: string): string => base64.replaceAll('+', '-').replaceAll('/', '_');

/** What less of Base64 has of a secret is in every other word. */
const SHORTEST_BASE64 = 5;

/**
 * What Base64 has of a secret that stands behind something else in what was encoded (`client_id:client_secret`), in both alphabets. A character
 * of it is six bits: those at the ends are left out, which are of a neighbour, too.
 */
export function innerBase64Of(secret: string): string[] {
  const inner = [1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
    return bytes.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
  });
  return [...new Set([...inner, ...inner.map(forUrls)])].filter(({ length }) => length >= SHORTEST_BASE64);
}
