interface Waiting<I, O> {
  item: I;
  resolve: (outcome: O) => void;
  reject: (error: unknown) => void;
}

/**
 * Group commit: what comes while a batch is under way goes together in the next one. Nobody waits for company: the first one goes at once,
 * and a further one beside it as soon as it is full.
 * Where a batch fails, each of its items is tried alone, so that one that can't be done doesn't take the others along.
 */
export class Batcher<I, O> {
  private readonly waiting: Waiting<I, O>[] = [];
  private underWay = 0;
  private gathering: NodeJS.Timeout | null = null;

  /** @param work gives one outcome for each item, in their order */
  constructor(
    private readonly work: (items: I[]) => Promise<O[]>,
    private readonly bounds: { batchSize: number; atOnce: number; gatherMs?: number },
  ) {}

  add(item: I): Promise<O> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.beginSoon();
    });
  }

  /** What the same turn of the event loop brings goes together; with `gatherMs` what comes within so much time. */
  private beginSoon(): void {
    if (this.bounds.gatherMs === undefined) return void setImmediate(() => this.begin());
    this.gathering ??= setTimeout(() => {
      this.gathering = null;
      this.begin();
    }, this.bounds.gatherMs);
  }

  private begin(): void {
    const { atOnce, batchSize } = this.bounds;
    const enough = this.underWay === 0 ? 1 : batchSize;
    if (this.underWay >= atOnce || this.waiting.length < enough) return;
    this.underWay += 1;
    void this.carryOut(this.waiting.splice(0, this.bounds.batchSize)).finally(() => {
      this.underWay -= 1;
      this.begin();
    });
    this.begin();
  }

  private async carryOut(batch: Waiting<I, O>[]): Promise<void> {
    try {
      const outcomes = await this.work(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(outcomes[index]!));
    } catch (error) {
      if (batch.length === 1) batch[0]!.reject(error);
      else await Promise.all(batch.map((one) => this.carryOut([one])));
    }
  }
}
