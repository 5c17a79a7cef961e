import {
  type KeyObject,
  createCipheriv,
  createHash,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  generateKeyPairSync,
  sign,
} from 'node:crypto';
import { drawNonce } from './nonce.js';

const KEY_BITS = 256;

/** In base64url; what is no bytes, as JSON. */
export const encoded = (value: object | Buffer): string =>
  (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value), 'utf8')).toString('base64url');

/** RFC 7515 section 3.1, EdDSA with Ed25519 (RFC 8037 section 3.1). @param header encoded, once for many messages */
export async function compactJws(header: string, claims: object, key: KeyObject): Promise<string> {
  const input = `${header}.${encoded(claims)}`;
  return `${input}.${encoded(await signed(Buffer.from(input, 'ascii'), key))}`;
}

/** In a thread of Node's pool: it takes longer than all else that is done for a message, and others go on meanwhile. */
const signed = (input: Buffer, key: KeyObject): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    sign(null, input, key, (error, signature) => (error ? reject(error) : resolve(signature)));
  });

/** What was agreed upon with a recipient, for a few messages. */
export interface AgreedKey {
  /** Of each message, encoded: it tells our half. */
  header: string;
  /** Not its bytes: Node takes longer to make a key of them than to encrypt a message. */
  key: KeyObject;
}

interface JweHeader {
  alg: 'ECDH-ES';
  enc: 'A256GCM';
  cty: 'JWT';
  kid: string;
}

/** ECDH-ES with X25519 (RFC 8037 section 3.2) and a fresh key pair, of which nothing is kept but what was agreed upon. */
export function agreedWith(recipient: KeyObject, header: JweHeader): AgreedKey {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const { kty, crv, x } = publicKey.export({ format: 'jwk' });
  const publicRecipient = recipient.type === 'private' ? createPublicKey(recipient) : recipient;
  const agreed = concatKdf(diffieHellman({ privateKey, publicKey: publicRecipient }), header.enc);
  return { header: encoded({ ...header, epk: { kty, crv, x } }), key: createSecretKey(agreed) };
}

/** RFC 7516 section 3.1: ECDH-ES, the agreed key used directly, AES-256-GCM. */
export function compactJwe(plaintext: string, { header, key }: AgreedKey): string {
  const nonce = drawNonce();
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(header, 'ascii'));
  const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
  // Between the first two dots there is no encrypted key: it is agreed upon, not sent.
  return [header, '', encoded(nonce), encoded(ciphertext), encoded(cipher.getAuthTag())].join('.');
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
