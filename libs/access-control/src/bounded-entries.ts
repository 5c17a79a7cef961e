export interface EntryLimits {
  /** Entries of one name in one window; what goes over it is counted. */
  perName: number;
  /** Entries of all names together. */
  inAll: number;
}

export const ELSEWHERE = 'elsewhere';
const MOST_NAMES = 1000;

/** How many entries who may cause in a window: nobody can fill the database by being refused. What goes over the bound is counted. */
export class BoundedEntries {
  private readonly written = new Map<string, number>();
  private readonly uncounted = new Map<string, number>();
  private writtenInAll = 0;

  constructor(private readonly limits: EntryLimits) {}

  /** Whether this one has an entry of its own; else it is in the window's count. */
  admit(name: string): boolean {
    const written = this.written.get(name) ?? 0;
    if (written >= this.limits.perName || this.writtenInAll >= this.limits.inAll) {
      const counted = this.uncounted.has(name) || this.uncounted.size < MOST_NAMES ? name : ELSEWHERE;
      this.uncounted.set(counted, (this.uncounted.get(counted) ?? 0) + 1);
      return false;
    }
    this.written.set(name, written + 1);
    this.writtenInAll += 1;
    return true;
  }

  /** What was only counted, by name; the next window begins. */
  end(): [name: string, times: number][] {
    const counted = [...this.uncounted];
    this.uncounted.clear();
    this.written.clear();
    this.writtenInAll = 0;
    return counted;
  }
}
