import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { SealingError } from './sealing.errors.js';

/**
 * Keeps the ring's keys closed while they lie in a file (envelope encryption): what wraps them is held elsewhere. The key's id is bound in,
 * so that a wrapped key can't be passed off as another one.
 */
export interface KeyWrapping {
  /** As the ring's file names it: `file`, `vault`. */
  readonly name: string;
  wrap(key: Buffer, keyId: string): Promise<string>;
  /** @throws LockkeeperError naming the key's id, never a key */
  unwrap(wrapped: string, keyId: string): Promise<Buffer>;
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** By a key in a file of its own, on other storage than the ring: AES-256-GCM (NIST SP 800-38D). */
export class FileKeyWrapping implements KeyWrapping {
  readonly name = 'file';

  private constructor(private readonly key: Buffer) {}

  /** @param text 32 bytes in base64url. @throws SealingError `key_ring_invalid` */
  static parse(text: string): FileKeyWrapping {
    const key = Buffer.from(text.trim(), 'base64url');
    if (key.length !== KEY_BYTES)
      throw SealingError.keyRing(`the key that wraps is not ${KEY_BYTES} bytes in base64url`);
    return new FileKeyWrapping(key);
  }

  wrap(key: Buffer, keyId: string): Promise<string> {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce);
    cipher.setAAD(boundTo(keyId));
    const wrapped = Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
    return Promise.resolve(wrapped.toString('base64url'));
  }

  unwrap(wrapped: string, keyId: string): Promise<Buffer> {
    const bytes = Buffer.from(wrapped, 'base64url');
    try {
      const nonce = bytes.subarray(0, NONCE_BYTES);
      const cipher = createDecipheriv('aes-256-gcm', this.key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(boundTo(keyId));
      cipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const key = Buffer.concat([cipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), cipher.final()]);
      return Promise.resolve(key);
    } catch (cause) {
      return Promise.reject(SealingError.keyRing(`key \`${keyId}\` was not wrapped by this installation's key`, cause));
    }
  }
}

export const boundTo = (keyId: string): Buffer => Buffer.from(`lockkeeper key ${keyId}`, 'utf8');
