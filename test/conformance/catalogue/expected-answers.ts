import { type Condition, type Expectation, type Manifest, tokensOf } from '@lockkeeper/manifests';

export const RECEIVED = {
  accessToken: 'at-fresh-0001',
  refreshToken: 'rt-fresh-0001',
  deviceCode: 'dc-fresh-0001',
  seconds: 3_600,
} as const;

type Document = Record<string, unknown>;

/** A good token answer in the place and form that the manifest expects: written from its pointers, by nothing that reads them. */
export function tokenAnswer(manifest: Manifest, captured: Record<string, string>): string {
  const { answer } = manifest;
  const document: Document = {};
  for (const condition of answer.shows) put(document, condition.at, good(condition));
  put(document, answer.accessToken, RECEIVED.accessToken);
  put(document, answer.tokenType, answer.acceptedTokenTypes[0]);
  if (manifest.refresh?.by === 'refresh_token') put(document, answer.refreshToken, RECEIVED.refreshToken);
  put(document, answer.expires.at, moment(answer.expires.as));
  for (const [name, place] of Object.entries(answer.namedTokens)) put(document, place.accessToken, `at-${name}`);
  const claims: Document = {};
  for (const [name, at] of Object.entries(answer.captures)) {
    if (at.startsWith('/id_token/')) put(claims, at.slice('/id_token'.length), captured[name]);
    else put(document, at, captured[name]);
  }
  if (Object.keys(claims).length > 0)
    document.id_token = `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
  return encoded(document, answer.encoding);
}

/** A good device authorization (RFC 8628 section 3.2). */
export function deviceAnswer({ device, answer }: Manifest): string {
  const document: Document = {};
  put(document, device!.deviceCode, RECEIVED.deviceCode);
  put(document, device!.userCode, 'WDJB-MJHT');
  put(document, device!.verificationUri, 'https://device.example/');
  put(document, device!.expires, 1800);
  return encoded(document, answer.encoding);
}

/** A good answer to any other request. */
export function goodAnswer(
  expectation: Expectation,
  captures: Record<string, string>,
  captured: Record<string, string>,
): string {
  const document: Document = {};
  for (const condition of expectation.shows) put(document, condition.at, good(condition));
  for (const [name, at] of Object.entries(captures)) put(document, at, captured[name]);
  const list = Object.keys(document).length > 0 && Object.keys(document).every((name) => /^\d+$/.test(name));
  return encoded(list ? (Object.values(document) as unknown as Document) : document, expectation.encoding);
}

/** A refusal by one of the provider's own error codes. */
export function refusal({ answer }: Manifest, code: string): string {
  const document: Document = {};
  put(document, answer.error, /^\d+$/.test(code) ? Number(code) : code);
  return encoded(document, answer.encoding);
}

/** Undefined where the member must not be there. */
const good = (condition: Condition): unknown =>
  'equals' in condition ? condition.equals : 'present' in condition ? 'present' : undefined;

function moment(as: Manifest['answer']['expires']['as']): unknown {
  const end = Date.now() + RECEIVED.seconds * 1000;
  return {
    seconds: RECEIVED.seconds,
    milliseconds: RECEIVED.seconds * 1000,
    epoch_seconds: Math.round(end / 1000),
    epoch_milliseconds: end,
    iso8601: new Date(end).toISOString(),
    duration: 'PT1H',
  }[as];
}

function put(document: Document, pointer: string, value: unknown): void {
  if (value === undefined) return;
  const path = tokensOf(pointer);
  const holder = path.slice(0, -1).reduce<Document>((parent, token) => {
    const known = parent[token];
    const child = typeof known === 'object' && known !== null ? (known as Document) : {};
    parent[token] = child;
    return child;
  }, document);
  holder[path.at(-1)!] = value;
}

function encoded(document: Document, encoding: Expectation['encoding']): string {
  if (encoding === 'json') return JSON.stringify(document);
  if (encoding === 'form') return new URLSearchParams(document as Record<string, string>).toString();
  throw new Error('no entry of the catalogue expects XML yet');
}
