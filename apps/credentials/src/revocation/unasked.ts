import type { RevocationReceipt } from '../token-endpoint/revocation-receipt.js';

/** The receipt of what was given up without asking its provider. @param tokens null where there is none of that kind */
export const neverAsked = (
  { accessToken, refreshToken }: { accessToken: unknown; refreshToken: unknown },
  why: string,
): RevocationReceipt => ({
  outcome: 'unproved',
  detail: `Not tried: ${why} The tokens were erased here; at the provider they live until they expire, or until the user takes the access away there.`,
  retryAfterSeconds: null,
  requests: [],
  clientFault: null,
  trace: [],
  proof: null,
  notProved: [
    ...(refreshToken === null ? [] : (['refresh_token'] as const)),
    ...(accessToken === null ? [] : (['access_token'] as const)),
  ],
  userDoesItAt: null,
});

export const retiredWhileFrozen = (frozen: string): string =>
  `its API service was retired while it was frozen, and nothing is sent to endpoints that nobody agreed to. ${frozen}`;

export const CONSENTED_ANEW =
  'its user consented anew meanwhile, and at this provider the new grant might end with a token of the old one.';
