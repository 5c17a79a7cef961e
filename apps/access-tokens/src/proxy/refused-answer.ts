import type { TokenUse } from '@lockkeeper/contracts';
import type { EgressStream } from '@lockkeeper/egress';
import { peeked } from './peeked-body.js';
import { uncompressed } from './uncompressed.js';

export type RefusedAnswer = NonNullable<TokenUse['refusedAnswers']>[number];

type LookedInto = Pick<EgressStream, 'headers' | 'body'>;

/** A refusal is a short document; whatever is longer, or slower in coming, is no such thing and goes through as it comes. */
const MOST_BYTES = 16 * 1024;
const LONGEST_MS = 1_000;

/** Some send their JSON as text; streams, pages and files are none of it. */
const MAY_BE_JSON = /^(application\/([\w.-]+\+)?json|text\/(plain|json|javascript))\b/i;

/**
 * Whether an answer says in its body that the token is no good any more, whatever its status. The answer's body is looked at from its
 * beginning and goes to the caller whole: `answer.body` is another stream afterwards, of the same bytes.
 */
export async function saysRefused(answer: LookedInto, signs: readonly RefusedAnswer[]): Promise<boolean> {
  if (signs.length === 0 || !isShortJson(answer)) return false;
  const { whole, body } = await peeked(answer.body, { mostBytes: MOST_BYTES, longestMs: LONGEST_MS });
  answer.body = body;
  if (whole === null) return false;
  const document = documentIn(whole, single(answer, 'content-encoding'));
  return signs.some(({ path, equals }) => valueAt(document, path) === equals);
}

function isShortJson(answer: LookedInto): boolean {
  const length = Number(single(answer, 'content-length') ?? 0);
  return MAY_BE_JSON.test(single(answer, 'content-type') ?? '') && length <= MOST_BYTES;
}

const single = ({ headers }: LookedInto, name: string): string | undefined => [headers[name] ?? []].flat()[0];

/** Undefined for what can't be read: then it says nothing. */
function documentIn(bytes: Buffer, encoding: string | undefined): unknown {
  try {
    return JSON.parse(uncompressed(bytes, encoding, MOST_BYTES).toString('utf8'));
  } catch {
    return undefined; // whoever called reads it, or doesn't
  }
}

const valueAt = (document: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (holder, name) =>
      typeof holder === 'object' && holder !== null && Object.hasOwn(holder, name)
        ? (holder as Record<string, unknown>)[name]
        : undefined,
    document,
  );
