import type { TokenKind } from '@lockkeeper/manifests';
import type { TraceStep } from './trace.js';

/**
 * `revoked`: the provider said so. `pending`: it could not answer, or refused our client, or our client lacks what it is asked with, and the token must be taken for alive (RFC 7009 section 2.2.1).
 * `not_supported`: there is no way. `unproved`: it answered something that is no confirmation.
 */
export type RevocationOutcome = 'revoked' | 'pending' | 'not_supported' | 'unproved';

export interface RevokedToken {
  token: TokenKind;
  outcome: RevocationOutcome;
  /** Null where no answer came. */
  status: number | null;
  detail: string;
}

/** `refused`: the provider doesn't take our client. `missing`: what it proves itself with isn't here, so that nothing was sent. */
export type RevocationClientFault = 'refused' | 'missing';

/** What was found out afterwards: by asking the provider whether a token lives (RFC 7662), or by a call with it. */
export interface RevocationProof {
  by: 'introspection' | 'test';
  dead: TokenKind[];
  alive: TokenKind[];
  detail: string;
}

/** What the provider answered when it was asked to revoke. Plain data without a secret. */
export interface RevocationReceipt {
  outcome: RevocationOutcome;
  detail: string;
  /** How long the provider wants to be left alone before it is asked again. */
  retryAfterSeconds: number | null;
  requests: RevokedToken[];
  /** That it waits for an admin to mend our client; null where it doesn't. Receipts of earlier versions lack it. */
  clientFault: RevocationClientFault | null;
  /** Null where nothing could be found out, or nothing was asked. */
  proof: RevocationProof | null;
  /** Tokens of which nobody knows for sure that they are dead. */
  notProved: TokenKind[];
  /** Where the user does it, if programs can't. */
  userDoesItAt: string | null;
  trace: TraceStep[];
}
