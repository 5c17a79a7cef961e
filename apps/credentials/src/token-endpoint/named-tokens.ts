import { valueAt } from '@lockkeeper/manifests';
import type { Manifest } from '@lockkeeper/manifests';
import { Secret } from '@lockkeeper/sealing';
import { secondsUntil } from './answer-body.js';
import type { AnswerBody } from './answer-body.js';
import { scopeAt } from './granted-scope.js';
import type { NamedToken } from './token-grant.js';

type Place = Manifest['answer']['namedTokens'][string];

/** The further tokens that an answer has where the manifest says; one that isn't there is left out. */
export function namedTokensOf(manifest: Manifest, body: AnswerBody, receivedAt: string): Record<string, NamedToken> {
  const read = Object.entries(manifest.answer.namedTokens).map(
    ([name, place]) => [name, namedToken(manifest, place, { body, receivedAt })] as const,
  );
  return Object.fromEntries(read.filter((entry): entry is [string, NamedToken] => entry[1] !== null));
}

function namedToken(
  manifest: Manifest,
  place: Place,
  { body, receivedAt }: { body: AnswerBody; receivedAt: string },
): NamedToken | null {
  const textAt = (pointer: string | undefined): string | null => {
    const value = pointer === undefined ? undefined : valueAt(body, pointer);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const [accessToken, refreshToken] = [textAt(place.accessToken), textAt(place.refreshToken)];
  if (accessToken === null) return null;
  const seconds = place.expires ? secondsUntil(place.expires, body, receivedAt) : null;
  return {
    accessToken: new Secret(accessToken),
    tokenType: textAt(place.tokenType) ?? manifest.answer.acceptedTokenTypes[0]!,
    refreshToken: Secret.from(refreshToken),
    expiresAt: seconds === null ? null : new Date(Date.parse(receivedAt) + seconds * 1000).toISOString(),
    scope: place.scope === undefined ? null : scopeAt(manifest, body, place.scope),
    issuedAt: receivedAt,
  };
}

/** The manifest as the answer to a named token's own refresh is read: nothing but that token is in it. */
export function renewalOf(manifest: Manifest, name: string): Manifest {
  const { answer } = manifest;
  const { renewed = {} } = answer.namedTokens[name] ?? {};
  const places = Object.fromEntries(Object.entries(renewed).filter(([, place]) => place !== undefined));
  return { ...manifest, answer: { ...answer, ...places, namedTokens: {}, captures: {} } };
}
