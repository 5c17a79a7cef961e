/** How often something happened in this process during the last ten seconds. */
export class RecentRate {
  static readonly SECONDS = 10;
  private readonly counts = new Array<number>(RecentRate.SECONDS).fill(0);
  private second = 0;

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  count(): void {
    this.forgetOld();
    this.counts[this.second % RecentRate.SECONDS]! += 1;
  }

  /** At least what one occurrence makes. */
  get perSecond(): number {
    this.forgetOld();
    return (
      Math.max(
        1,
        this.counts.reduce((sum, count) => sum + count, 0),
      ) / RecentRate.SECONDS
    );
  }

  private forgetOld(): void {
    const second = Math.floor(this.nowMs() / 1000);
    const passed = Math.min(second - this.second, RecentRate.SECONDS);
    for (let back = 0; back < passed; back += 1) this.counts[(second - back) % RecentRate.SECONDS] = 0;
    this.second = second;
  }
}
