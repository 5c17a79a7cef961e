import type { Token } from './types.js';

/** RFC 6750 section 2.1, and how nearly all APIs take a token. */
const USUAL = { header: 'authorization', scheme: 'Bearer', query: null, headers: {} };

/** A call as it goes out: the token where its API wants it. */
export function withToken(
  url: string | URL,
  init: RequestInit,
  { accessToken, use = USUAL }: Token,
): [url: URL, init: RequestInit] {
  const target = new URL(url);
  const headers = new Headers(init.headers);
  for (const [name, value] of Object.entries(use.headers)) headers.set(name, value);
  if (use.query === null) headers.set(use.header, use.scheme === '' ? accessToken : `${use.scheme} ${accessToken}`);
  else target.searchParams.set(use.query, accessToken);
  const staying = use.query === null && use.header.toLowerCase() !== 'authorization' && withRedirectsHandedBack(init);
  return [target, withDuplex({ ...init, headers, ...staying })];
}

/** `Authorization` follows a redirect to no other host (Fetch standard, 4.4); any other header would. */
export const withRedirectsHandedBack = ({ redirect }: RequestInit): RequestInit => ({
  redirect: redirect === 'error' ? 'error' : 'manual',
});

/** Whether it may be sent a second time: what is read as it is sent is gone then. */
export const canBeSentAgain = ({ body }: RequestInit): boolean =>
  body === undefined ||
  body === null ||
  typeof body === 'string' ||
  body instanceof Blob ||
  body instanceof FormData ||
  body instanceof URLSearchParams ||
  body instanceof ArrayBuffer ||
  ArrayBuffer.isView(body);

/** The fetch standard wants it said of each body that is streamed; nothing else is possible yet. */
export const withDuplex = (init: RequestInit): RequestInit =>
  canBeSentAgain(init) ? init : ({ duplex: 'half', ...init } as RequestInit);
