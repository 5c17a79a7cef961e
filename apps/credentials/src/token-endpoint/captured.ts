import { valueAt } from '@lockkeeper/manifests';
import type { Manifest } from '@lockkeeper/manifests';
import type { AnswerBody } from './answer-body.js';

/**
 * What an answer has besides the tokens and what is said about them: every other member as it is, and under its own name
 * each value that the manifest captures. The two tokens are never in it.
 */
export function capturedOf({ answer }: Manifest, body: AnswerBody): Record<string, unknown> {
  const taken = [
    answer.accessToken,
    answer.refreshToken,
    answer.tokenType,
    answer.expires.at,
    answer.refreshTokenExpires.at,
    answer.scope,
  ];
  const named = Object.entries(answer.captures).map(([name, at]) => [name, valueAt(body, at)] as const);
  return { ...without(body, taken), ...Object.fromEntries(named.filter(([, value]) => value !== undefined)) };
}

function without(body: AnswerBody, pointers: readonly string[]): AnswerBody {
  const rest = structuredClone(body);
  for (const pointer of pointers) {
    const end = pointer.lastIndexOf('/');
    const holder = valueAt(rest, pointer.slice(0, end));
    const name = pointer
      .slice(end + 1)
      .replaceAll('~1', '/')
      .replaceAll('~0', '~');
    if (typeof holder === 'object' && holder !== null) delete (holder as AnswerBody)[name];
  }
  return rest;
}
