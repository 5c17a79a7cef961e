import { valueAt } from '@lockkeeper/manifests';
import type { Manifest } from '@lockkeeper/manifests';
import type { AnswerBody } from './answer-body.js';

/** RFC 6749 section 3.3: a list in one text, separated as the manifest says; some write a real list. Null where there is none. */
export function scopeAt({ answer, authorize }: Manifest, body: AnswerBody, pointer: string): string | null {
  const value = valueAt(body, pointer);
  const separator = answer.scopeSeparator ?? authorize.scopeSeparator;
  const scopes: unknown[] = typeof value === 'string' ? value.split(separator) : Array.isArray(value) ? value : [];
  const names = scopes.flatMap((scope) => (typeof scope === 'string' && scope.trim() !== '' ? [scope.trim()] : []));
  // A manifest that was stored by an earlier version has no other names.
  const known = answer.scopeNames ?? {};
  return names.length > 0 ? names.map((name) => (Object.hasOwn(known, name) ? known[name]! : name)).join(' ') : null;
}

/** The scopes of a list by the parameter in which they are asked for; `user_scope=search:read` is one of `user_scope`. */
export function scopesByParameter(
  { authorize }: Manifest,
  scopes: readonly string[],
): { scope: string[]; further: Record<string, string[]> } {
  const kindOf = (scope: string) => authorize.scopeParameters.find((name) => scope.startsWith(`${name}=`));
  const further = authorize.scopeParameters.map(
    (name) =>
      [name, scopes.filter((scope) => kindOf(scope) === name).map((scope) => scope.slice(name.length + 1))] as const,
  );
  return { scope: scopes.filter((scope) => kindOf(scope) === undefined), further: Object.fromEntries(further) };
}

/** The scopes of a list that have no parameter of their own, as the provider wants them joined; empty where there are none. */
export const scopeOf = (manifest: Manifest, scopes: readonly string[]): string =>
  scopesByParameter(manifest, scopes).scope.join(manifest.authorize.scopeSeparator);
