import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

export type KeyPrefix = 'lkc_' | 'lkt_';

const KEY_BYTES = 32;
const RANDOM_CHARACTERS = 43;
const CHECKSUM_CHARACTERS = 6;
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * A new access key: prefix, 256 random bits in base64url, and a checksum of both, so that scanners for leaked secrets can tell a key
 * from what looks like one without asking anybody.
 */
export function drawKeyText(prefix: KeyPrefix): string {
  const key = `${prefix}${randomBytes(KEY_BYTES).toString('base64url')}`;
  return key + checksum(key);
}

/** False for what can't be a key of ours, whoever issued it. Keys from before there were checksums have none. */
export function couldBeKey(text: string, prefix: KeyPrefix): boolean {
  if (!text.startsWith(prefix) || !/^[A-Za-z0-9_-]+$/.test(text)) return false;
  const bare = prefix.length + RANDOM_CHARACTERS;
  if (text.length === bare) return true;
  return text.length === bare + CHECKSUM_CHARACTERS && text.slice(bare) === checksum(text.slice(0, bare));
}

/** CRC-32 in base62, six characters: not a secret, and no protection against anybody. */
function checksum(key: string): string {
  let rest = crc32(key);
  let digits = '';
  for (let place = 0; place < CHECKSUM_CHARACTERS; place += 1) {
    digits = BASE62[rest % BASE62.length] + digits;
    rest = Math.floor(rest / BASE62.length);
  }
  return digits;
}
