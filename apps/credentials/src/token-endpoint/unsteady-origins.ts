import { LRUCache } from 'lru-cache';

const REMEMBERED_MS = 10 * 60 * 1000;
const MOST_REMEMBERED = 1000;

/**
 * Servers that ended a connection instead of answering. Some end each connection after one answer and don't say so: whoever takes it for another
 * request finds it gone, again and again.
 */
export class UnsteadyOrigins {
  private readonly noted = new LRUCache<string, true>({ max: MOST_REMEMBERED, ttl: REMEMBERED_MS });

  note(url: string): void {
    this.noted.set(new URL(url).origin, true);
  }

  /** For ten minutes. */
  has(url: string): boolean {
    return this.noted.size > 0 && this.noted.has(new URL(url).origin);
  }
}
