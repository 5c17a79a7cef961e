import { tokensOf } from '@lockkeeper/manifests';
import type { Manifest } from '@lockkeeper/manifests';
import type { AnswerBody } from './answer-body.js';
import type { Callback } from './callback.js';
import { captureFrom } from './template-values.js';

/**
 * What an answer has besides the tokens and what is said about them: every other member as it is, and under its own name
 * each value that the manifest captures. The tokens are never in it.
 */
export function capturedOf(manifest: Manifest, body: AnswerBody): Record<string, unknown> {
  const { answer } = manifest;
  const places = [answer, ...Object.values(answer.namedTokens)].flatMap(
    ({ accessToken, refreshToken, tokenType, expires, scope }) => [
      accessToken,
      refreshToken,
      tokenType,
      expires?.at,
      scope,
    ],
  );
  const taken = [...places, answer.refreshTokenExpires.at].filter((at) => at !== undefined);
  return {
    ...undeclared(manifest, without(body, taken)),
    ...captureFrom({ ...body, id_token: claimsOf(body.id_token) }, answer.captures),
  };
}

/** What came with the code, in the same two forms. */
export function capturedOfCallback(
  manifest: Manifest,
  { parameters }: Pick<Callback, 'parameters'>,
): Record<string, unknown> {
  return { ...undeclared(manifest, parameters), ...captureFrom(parameters, manifest.authorize.captures) };
}

/** Members that happen to be called like a captured value must not pass for it. */
function undeclared(
  { authorize, answer, followUps }: Manifest,
  members: Record<string, unknown>,
): Record<string, unknown> {
  const declared = new Set([authorize, answer, ...followUps].flatMap(({ captures }) => Object.keys(captures)));
  return Object.fromEntries(Object.entries(members).filter(([name]) => !declared.has(name)));
}

/**
 * The claims of an id_token, as they are: it came from the token endpoint itself over TLS, which stands in for its signature
 * (OpenID Connect Core section 3.1.3.7). Undefined where they can't be read.
 */
export function claimsOf(idToken: unknown): unknown {
  const payload = typeof idToken === 'string' ? idToken.split('.')[1] : undefined;
  if (!payload) return undefined;
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const without = (body: AnswerBody, pointers: readonly string[]): AnswerBody =>
  pointers.reduce((rest, pointer) => left(rest, tokensOf(pointer)) as AnswerBody, body);

/** What is left of it without that place; only what the place is in is copied. */
function left(value: unknown, [name, ...deeper]: string[]): unknown {
  if (name === undefined || typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return value;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as AnswerBody;
  if (deeper.length === 0) delete copy[name];
  else copy[name] = left(copy[name], deeper);
  return copy;
}
