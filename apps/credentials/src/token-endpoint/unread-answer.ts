import { valueAt } from '@lockkeeper/manifests';
import type { Manifest } from '@lockkeeper/manifests';
import type { Secret } from '@lockkeeper/sealing';
import { documentOf } from './answer-body.js';
import type { RawAnswer } from './raw-answer.js';

const ENCODINGS = ['json', 'form', 'xml'] as const;
const NAME = /refresh[-_ ]?token$/i;
/** Nobody's refresh token is shorter. */
const SHORTEST = 8;

/**
 * Whether an answer that could not be read as a grant may hold a refresh token that is not the one we have: where the manifest looks for it, or
 * under a name that says so, in whatever encoding and however deep. If it may, the one that we have may be spent.
 */
export function mayHoldRefreshToken({ answer: rules }: Manifest, answer: RawAnswer, held: Secret | null): boolean {
  const isAnother = (value: unknown): boolean =>
    typeof value === 'string' && value.length >= SHORTEST && value !== held?.reveal();
  return ENCODINGS.some((encoding) => {
    const document = documentOf(answer, encoding);
    if (typeof document !== 'object' || document === null) return false;
    return isAnother(valueAt(document, rules.refreshToken)) || valuesNamed(document).some(isAnother);
  });
}

/** Iterative: how deep an answer is nested is the provider's choice. */
function valuesNamed(document: object): unknown[] {
  const found: unknown[] = [];
  const open: object[] = [document];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const [name, value] of Object.entries(node)) {
      if (NAME.test(name)) found.push(value);
      if (typeof value === 'object' && value !== null) open.push(value as object);
    }
  }
  return found;
}
