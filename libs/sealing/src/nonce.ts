import { randomBytes } from 'node:crypto';

/** 96 bits, as NIST SP 800-38D section 8.2.2 has them for AES-GCM. */
export const NONCE_BYTES = 12;

/** A draw takes far longer than its bytes: so there are many nonces in one. */
const NONCES_OF_A_DRAW = 256;
let drawn = Buffer.alloc(0);
let used = 0;

/** Random, and given out once. */
export function drawNonce(): Buffer {
  if (used === drawn.length) {
    drawn = randomBytes(NONCES_OF_A_DRAW * NONCE_BYTES);
    used = 0;
  }
  used += NONCE_BYTES;
  return drawn.subarray(used - NONCE_BYTES, used);
}
