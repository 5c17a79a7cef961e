import { type KeyObject, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import jwt, { type KeyPair } from '@nats-io/jwt';

/** PKCS#8 around a raw Ed25519 seed (RFC 8410 section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** An nkey seed in text: two bytes of kind, 32 of seed, two of checksum. */
const SEED_AT = 2;
const SEED_BYTES = 32;
/** The kind of a seed in text begins in its second letter: `SA…` is an account's, whose public key is `A…`. */
const KIND_LETTER_AT = 1;

/**
 * A key pair from an nkey seed that derives its public key and signs natively. The library does both in plain JavaScript, again for
 * each question; Ed25519 is deterministic (RFC 8032), so keys and signatures are the same.
 */
export function keyPairOf(seed: string): KeyPair {
  const slow = jwt.fromSeed(new TextEncoder().encode(seed));
  const pkcs8 = Buffer.concat([PKCS8_PREFIX, fromBase32(seed).subarray(SEED_AT, SEED_AT + SEED_BYTES)]);
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const publicKey = publicNkey(seed.charAt(KIND_LETTER_AT), privateKey);
  return {
    getPublicKey: () => publicKey,
    getSeed: () => slow.getSeed(),
    sign: (input) => sign(null, input, privateKey),
    verify: (input, signature) => slow.verify(input, signature),
    // Asked only whether there is one, before signing.
    getPrivateKey: () => slow.getSeed(),
    clear: () => slow.clear(),
    seal: (input, recipient, nonce) => slow.seal(input, recipient, nonce),
    open: (message, sender) => slow.open(message, sender),
  };
}

/** One byte of kind, 32 of key, two of checksum. */
function publicNkey(kind: string, privateKey: KeyObject): string {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  const body = Buffer.concat([Buffer.of(BASE32.indexOf(kind) << 3), Buffer.from(x!, 'base64url')]);
  const checksum = Buffer.alloc(2);
  checksum.writeUInt16LE(crc16(body));
  return toBase32(Buffer.concat([body, checksum]));
}

/** CRC-16/XMODEM, as nkeys have it. */
function crc16(bytes: Buffer): number {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) sum = ((sum << 1) ^ (sum & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return sum;
}

/** Of whole letters only: 35 bytes are 56 of them. */
function toBase32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const letters = bits.match(/.{5}/g)!;
  return letters.map((letter) => BASE32[Number.parseInt(letter, 2)]).join('');
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)));
}
