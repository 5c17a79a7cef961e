import { readRetryAfter } from '@lockkeeper/egress';
import type { RawAnswer } from './raw-answer.js';

/** How long the provider asks to be left alone; null where it doesn't, or where that can't be read. */
export const retryAfterSeconds = ({ headers, receivedAt }: Pick<RawAnswer, 'headers' | 'receivedAt'>): number | null =>
  readRetryAfter(headers['retry-after'], new Date(receivedAt));
