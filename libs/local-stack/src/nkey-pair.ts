import { createPrivateKey, sign } from 'node:crypto';
import jwt, { type KeyPair } from '@nats-io/jwt';

/** PKCS#8 around a raw Ed25519 seed (RFC 8410 section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** An nkey seed in text: two bytes of kind, 32 of seed, two of checksum. */
const SEED_AT = 2;
const SEED_BYTES = 32;

/**
 * A key pair from an nkey seed that derives its public key once and signs natively. The library does both in plain JavaScript,
 * again for each question; Ed25519 is deterministic (RFC 8032), so the signatures are the same.
 */
export function keyPairOf(seed: string): KeyPair {
  const slow = jwt.fromSeed(new TextEncoder().encode(seed));
  const publicKey = slow.getPublicKey();
  const pkcs8 = Buffer.concat([PKCS8_PREFIX, fromBase32(seed).subarray(SEED_AT, SEED_AT + SEED_BYTES)]);
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
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

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)));
}
