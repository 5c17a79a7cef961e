import type { Settings } from '../config/settings.js';

interface LastLook {
  /** What the issuer's Cache-Control says; null where it says nothing. */
  maxAgeSeconds: number | null;
  /** Looks in a row that brought nothing. */
  failures: number;
  /** 0 to 1. */
  jitter: number;
}

type Bounds = Pick<Settings, 'CREDENTIALS_METADATA_AT_LEAST_SECONDS' | 'CREDENTIALS_METADATA_AT_MOST_SECONDS'>;

const WITHOUT_A_WORD_SECONDS = 3600;

/** As long as the issuer says, within our bounds; after failures doubling from the lower one. Up to a tenth earlier, so that many don't come together. */
export function secondsUntilNextLook(
  { maxAgeSeconds, failures, jitter }: LastLook,
  { CREDENTIALS_METADATA_AT_LEAST_SECONDS: least, CREDENTIALS_METADATA_AT_MOST_SECONDS: most }: Bounds,
): number {
  const wanted = failures > 0 ? least * 2 ** Math.min(failures - 1, 16) : (maxAgeSeconds ?? WITHOUT_A_WORD_SECONDS);
  return Math.min(Math.max(wanted, least), most) * (1 - jitter / 10);
}
