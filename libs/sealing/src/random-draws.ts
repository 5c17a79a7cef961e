import { randomBytes } from 'node:crypto';

/** A draw takes far longer than its bytes: so there are many values in one. */
const VALUES_OF_A_DRAW = 256;

/** @returns what gives so many random bytes at each call, each byte once */
export function randomDraws(bytes: number): () => Buffer {
  let drawn = Buffer.alloc(0);
  let used = 0;
  return () => {
    if (used === drawn.length) {
      drawn = randomBytes(VALUES_OF_A_DRAW * bytes);
      used = 0;
    }
    used += bytes;
    return drawn.subarray(used - bytes, used);
  };
}
