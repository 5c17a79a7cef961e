import { randomDraws } from './random-draws.js';

/** 96 bits, as NIST SP 800-38D section 8.2.2 has them for AES-GCM. */
export const NONCE_BYTES = 12;

/** Random, and given out once. */
export const drawNonce = randomDraws(NONCE_BYTES);
