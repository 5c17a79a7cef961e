import type { RulesFile } from './standing-rules.js';

/** The organisation's issuer of access tokens, and what its tokens may do here. */
export interface BearerSettings {
  /** OpenID Connect Discovery 1.0: its metadata, and with it its keys, are found under it. */
  issuer: string;
  /** A token is for us if it names one of these. */
  audiences: readonly string[];
  /** Where its rules stand: the first one that fits a token decides. */
  rules: RulesFile;
  consumerRole: string | null;
}
