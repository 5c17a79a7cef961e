const WINDOW_MS = 1000;

interface Window {
  taken: number;
  endsAt: number;
}

/**
 * So many for each name in a second that begins with its first. Of its own, because it is asked for every request, and the libraries for it
 * answer by a promise: what is to be answered in a few microseconds can't wait for the next turn.
 */
export class SecondWindows {
  private readonly windows = new Map<string, Window>();
  private sweepAt = 0;

  constructor(private readonly most: number) {}

  /** Counts one more, within the bound or over it. @returns 0, or in how many milliseconds there is room again */
  take(name: string): number {
    const now = Date.now();
    if (now >= this.sweepAt) this.sweep(now);
    const window = this.windows.get(name);
    if (window === undefined || now >= window.endsAt) {
      this.windows.set(name, { taken: 1, endsAt: now + WINDOW_MS });
      return this.most >= 1 ? 0 : WINDOW_MS;
    }
    window.taken += 1;
    return window.taken <= this.most ? 0 : window.endsAt - now;
  }

  /** What is over is forgotten: there are never more than two seconds' names. */
  private sweep(now: number): void {
    this.sweepAt = now + WINDOW_MS;
    for (const [name, { endsAt }] of this.windows) if (now >= endsAt) this.windows.delete(name);
  }
}
