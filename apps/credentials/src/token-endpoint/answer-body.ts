import { valueAt } from '@lockkeeper/manifests';
import type { Condition, Expectation, Moment } from '@lockkeeper/manifests';
import { durationSeconds } from './duration-text.js';
import type { RawAnswer } from './raw-answer.js';
import { readXml } from './xml-document.js';

export type AnswerBody = Record<string, unknown>;

/** The members of an answer; null where it is no object in the manifest's encoding. */
export function bodyOf(answer: Pick<RawAnswer, 'body'>, encoding: Expectation['encoding']): AnswerBody | null {
  const document = documentOf(answer, encoding);
  return typeof document === 'object' && !Array.isArray(document) ? (document as AnswerBody) : null;
}

/** What an answer says, lists too; null where it can't be read. What the answer calls itself (Content-Type) counts for nothing. */
export function documentOf({ body }: Pick<RawAnswer, 'body'>, encoding: Expectation['encoding']): unknown {
  if (encoding === 'form') return formBody(body);
  if (encoding === 'xml') return readXml(body);
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function formBody(text: string): AnswerBody | null {
  const members = Object.fromEntries(new URLSearchParams(text));
  // Any text can be read as a form; one without a single `name=value` is none.
  return text.includes('=') && !text.trimStart().startsWith('<') ? members : null;
}

/** Whether the answer shows everything that it must. Null is as good as absent: providers write one for the other. */
export function shows(body: unknown, conditions: readonly Condition[]): boolean {
  return conditions.every((condition) => {
    const value = valueAt(body, condition.at);
    if ('equals' in condition) return value === condition.equals;
    const present = value !== undefined && value !== null && value !== '';
    return 'present' in condition ? present : !present;
  });
}

/** Whether an answer is the good one that a manifest describes: its status, and what its body shows. */
export const isGood = (answer: RawAnswer, { statuses, encoding, shows: conditions }: Expectation): boolean =>
  statuses.includes(answer.status) && shows(documentOf(answer, encoding), conditions);

/** A hundred years: whatever claims to live longer counts seconds in another unit, or is no lifetime. */
const LONGEST_SECONDS = 100 * 365 * 86_400;

/** Seconds from the answer's arrival to a moment in it. Null for what can't be right: nothing, zero, the past, the absurd. */
export function secondsUntil(moment: Moment, body: AnswerBody, receivedAt: string): number | null {
  const seconds = inSeconds(moment.as, valueAt(body, moment.at), Date.parse(receivedAt) / 1000);
  return Number.isFinite(seconds) && seconds > 0 && seconds <= LONGEST_SECONDS ? Math.floor(seconds) : null;
}

function inSeconds(unit: Moment['as'], value: unknown, nowSeconds: number): number {
  if (unit === 'iso8601') return typeof value === 'string' ? Date.parse(value) / 1000 - nowSeconds : NaN;
  if (unit === 'duration') return typeof value === 'string' ? durationSeconds(value) : NaN;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number') return NaN;
  const inMilliseconds = unit === 'milliseconds' || unit === 'epoch_milliseconds';
  const seconds = inMilliseconds ? number / 1000 : number;
  return unit === 'seconds' || unit === 'milliseconds' ? seconds : seconds - nowSeconds;
}
