/** One number of ours beside the reference's, taken in the same run on the same machine. */
export interface Measurement {
  bench: string;
  /** With its unit: `requests/s at 32 connections`. */
  metric: string;
  /** What it is compared with, in a few words. */
  reference: string;
  ours: number;
  referenceValue: number;
  /** Ours divided by the reference's. */
  ratio: number;
  /** What the ratio has to be, for instance `>= 0.5`; null where the number is only told. */
  goal: string | null;
  /** Whether the goal is met; true where there is none. */
  ok: boolean;
}

/** What a ratio has to be. */
export interface Goal {
  text: string;
  isMet(ratio: number): boolean;
}

export const atLeast = (least: number): Goal => ({ text: `>= ${least}`, isMet: (ratio) => ratio >= least });
export const atMost = (most: number): Goal => ({ text: `<= ${most}`, isMet: (ratio) => ratio <= most });

export interface Pair {
  ours: number;
  reference: number;
}

type Named = Pick<Measurement, 'bench' | 'metric' | 'reference'>;

/**
 * From rounds in which both were measured one right after the other: the medians of both, and the median of the rounds' ratios, which the
 * machine's other work disturbs least. So the ratio need not be the quotient of the two medians.
 */
export function measured(named: Named, rounds: readonly Pair[], goal: Goal | null = null): Measurement {
  const ratio = median(rounds.map(({ ours, reference }) => ours / reference));
  return {
    ...named,
    ours: median(rounds.map(({ ours }) => ours)),
    referenceValue: median(rounds.map(({ reference }) => reference)),
    ratio,
    goal: goal?.text ?? null,
    ok: goal?.isMet(ratio) ?? true,
  };
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** @param share 0.99 for the value that 99 of 100 don't exceed (nearest rank) */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new Error('There is nothing to take a quantile of.');
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}
