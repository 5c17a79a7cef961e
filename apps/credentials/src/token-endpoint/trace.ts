export type Step = 'exchange' | 'refresh' | 'follow_up' | 'revoke' | 'test';

/** One request to the provider, as people may see it: no secret, no body. */
export interface TraceStep {
  step: Step;
  method: string;
  /** Query values and secrets in its path are masked. */
  url: string;
  /** Null where no answer came. */
  status: number | null;
  durationMs: number;
}
