import { maskPieces } from '@lockkeeper/egress';
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

/** Enough to tell a secret by. It is one sentence that people read, in which no names and codes have to stay readable. */
const PIECE = 5;

/**
 * Why an API refused, in its own words: untrusted, bounded, and fit to be shown to whoever typed the secrets. APIs like to repeat a piece of
 * a key, so each word that has one in common with a secret is masked. Null where it says nothing.
 */
export function reasonIn(document: unknown, secrets: readonly string[]): string | null {
  const lines = secrets.flatMap((secret) => [secret, ...secret.split(/\s+/).filter(({ length }) => length >= PIECE)]);
  const text = REASONS.map((at) => valueAt(document, at)).find((value) => typeof value === 'string' && value !== '');
  const words = wordsOf(text, lines);
  return words && maskPieces(words, lines, PIECE);
}
