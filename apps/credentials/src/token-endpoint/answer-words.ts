import { MASK } from '@lockkeeper/egress';
import { valueAt } from '@lockkeeper/manifests';
import { wordsOf } from './faults.js';

/** Where APIs say in words why they refuse: RFC 9457 and RFC 6749, and what is usual; the most exact first. */
const REASONS = [
  '/error_description',
  '/error/message',
  '/errors/0/message',
  '/errors/0/detail',
  '/errors/0',
  '/detail',
  '/message',
  '/title',
  '/msg',
  '/error',
];

/** Letters and digits that are enough to tell a secret by. */
const PIECE = 5;

/**
 * Why an API refused, in its own words: untrusted, bounded, and fit to be shown to whoever typed the secrets. APIs like to repeat a piece of
 * a key, so each word that has one in common with a secret is masked. Null where it says nothing.
 */
export function reasonIn(document: unknown, secrets: readonly string[]): string | null {
  const lines = secrets.flatMap((secret) => [secret, ...secret.split(/\s+/).filter(({ length }) => length >= PIECE)]);
  const text = REASONS.map((at) => valueAt(document, at)).find((value) => typeof value === 'string' && value !== '');
  const words = wordsOf(text, lines);
  return words && words.replace(/\S+/g, (word) => (hasPieceOf(lines, word) ? MASK : word));
}

function hasPieceOf(secrets: readonly string[], word: string): boolean {
  const [known, said] = [secrets.map((secret) => secret.toLowerCase()), word.toLowerCase()];
  for (let at = 0; at + PIECE <= said.length; at += 1)
    if (known.some((secret) => secret.includes(said.slice(at, at + PIECE)))) return true;
  return false;
}
