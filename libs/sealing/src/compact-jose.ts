import {
  type KeyObject,
  createCipheriv,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  sign,
} from 'node:crypto';
import { drawNonce } from './nonce.js';

const KEY_BITS = 256;

const encoded = (value: object | Buffer): string =>
  (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value), 'utf8')).toString('base64url');

/** RFC 7515 section 3.1, EdDSA with Ed25519 (RFC 8037 section 3.1). */
export function compactJws(header: object, claims: object, key: KeyObject): string {
  const input = `${encoded(header)}.${encoded(claims)}`;
  return `${input}.${encoded(sign(null, Buffer.from(input, 'ascii'), key))}`;
}

/** What was agreed upon with a recipient, for a few messages. */
export interface AgreedKey {
  /** Our half, as the header of each message tells it. */
  epk: { kty: string; crv: string; x: string };
  key: Buffer;
}

/** ECDH-ES with X25519 (RFC 8037 section 3.2) and a fresh key pair, of which nothing is kept but what was agreed upon. */
export function agreedWith(recipient: KeyObject, algorithm: 'A256GCM'): AgreedKey {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const { kty, crv, x } = publicKey.export({ format: 'jwk' }) as Required<AgreedKey['epk']>;
  const publicRecipient = recipient.type === 'private' ? createPublicKey(recipient) : recipient;
  return {
    epk: { kty, crv, x },
    key: concatKdf(diffieHellman({ privateKey, publicKey: publicRecipient }), algorithm),
  };
}

/** RFC 7516 section 3.1: ECDH-ES, the agreed key used directly, AES-256-GCM. */
export function compactJwe(
  header: { alg: 'ECDH-ES'; enc: 'A256GCM' },
  plaintext: string,
  { epk, key }: AgreedKey,
): string {
  const protectedHeader = encoded({ ...header, epk });
  const nonce = drawNonce();
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(protectedHeader, 'ascii'));
  const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
  // Between the first two dots there is no encrypted key: it is agreed upon, not sent.
  return [protectedHeader, '', encoded(nonce), encoded(ciphertext), encoded(cipher.getAuthTag())].join('.');
}

/** RFC 7518 section 4.6.2 (NIST SP 800-56A section 5.8.1): one round is 256 bits, and that is what is needed. No party information. */
function concatKdf(secret: Buffer, algorithm: string): Buffer {
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const name = Buffer.from(algorithm, 'ascii');
  const parts = [number(1), secret, number(name.length), name, number(0), number(0), number(KEY_BITS)];
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}
