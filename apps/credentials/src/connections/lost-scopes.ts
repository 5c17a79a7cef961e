import type { Manifest } from '@lockkeeper/manifests';

/**
 * What was asked for, or granted before, and is not among what an answer grants (RFC 6749 sections 3.3 and 5.1). Nothing where either
 * side is unknown, and nothing that the provider never names.
 */
export function lostScopes(
  { answer }: Pick<Manifest, 'answer'>,
  wanted: readonly string[],
  granted: string | null,
): string[] {
  if (granted === null) return [];
  const present = new Set([...granted.split(' '), ...(answer.unspokenScopes ?? [])]);
  return wanted.filter((scope) => !present.has(scope));
}

/** For people: in the timeline, beside the token that can do less. */
export const scopeReduced = (lost: readonly string[]) => ({
  event: 'scope_reduced',
  detail: `The new token lacks ${lost.join(' ')}.`,
  hint: 'A refresh never brings a scope back. If it is needed, ask the user to consent again; if it is missing again, the provider does not allow it to this client or account.',
});
