import { shortened } from '../parts/short-id';

/** What of a key tells whose deed it was. */
export interface NamedKey {
  id: string;
  name: string;
  consumerId: string | null;
}

/** `key:<id>` and the like, as the audit log and other records name an actor. */
export function nameOf(actor: string, keys: readonly NamedKey[]): string {
  const [, kind, id] = /^(key|consumer):(.+)$/.exec(actor) ?? [];
  if (id) return keys.find((key) => id === (kind === 'key' ? key.id : key.consumerId))?.name ?? shortened(actor);
  const [, subject] = /^(?:person|subject):.*#(.+)$/.exec(actor) ?? [];
  return subject ?? actor.replaceAll('_', ' ');
}
