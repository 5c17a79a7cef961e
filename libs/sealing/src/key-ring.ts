import { type KeyObject, createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import type { KeyWrapping } from './key-wrapping.js';
import { drawNonce, NONCE_BYTES } from './nonce.js';
import { Secret } from './secret.js';
import { SealingError } from './sealing.errors.js';

/** Whose database a sealed value lives in. */
export type SealingWorkspace = 'credentials' | 'access-tokens';

/** Where in it. Both are bound into the ciphertext, so that one moved to another row, column or workspace doesn't open. */
export interface SealedPlace {
  table: string;
  id: string;
  column: string;
}

/** A key that is closed until something outside opens it. */
export interface WrappedKey {
  /** What wrapped it: see KeyWrapping. */
  wrappedBy: string;
  ciphertext: string;
}

/** `lks1` doesn't bind the workspace: rings of both with a key in common could open each other's. Every format opens. */
const FORMATS = ['lks1', 'lks2'] as const;
export type SealFormat = (typeof FORMATS)[number];
export const NEWEST_FORMAT: SealFormat = 'lks2';

/** The file's form: `{"writing": "k2", "format": "lks2", "keys": {"k1": "<base64url, 32 bytes>", "k2": {"wrappedBy": "vault", "ciphertext": "…"}}}`. */
export interface KeyRingFile {
  writing: string;
  /** In which form values are sealed. Left out: `lks1`, which replicas of every version open. */
  format?: SealFormat;
  keys: Record<string, string | WrappedKey>;
}

const TAG_BYTES = 16;
export const KEY_BYTES = 32;
const KEY_ID = /^[a-z0-9][a-z0-9-]{0,31}$/;

interface RingKey {
  sealing: KeyObject;
  fingerprinting: Buffer;
}

/**
 * Encryption at rest: AES-256-GCM (NIST SP 800-38D) with a fresh random 96-bit nonce for each value. Every key in the ring opens, one seals.
 * Random nonces bound a key to about 2^32 values before their collision chance reaches 2^-32 (SP 800-38D section 8.3).
 */
export class KeyRing {
  private constructor(
    readonly workspace: SealingWorkspace,
    private readonly keys: ReadonlyMap<string, RingKey>,
    readonly writing: string,
    readonly format: SealFormat,
  ) {}

  /** @throws SealingError `key_ring_invalid`, naming the key that is wrong, never its value. */
  static fromFile(file: KeyRingFile, workspace: SealingWorkspace): KeyRing {
    const { format = 'lks1' } = file;
    if (!isFormat(format)) throw SealingError.keyRing(`its format is none of ${FORMATS.join(', ')}`);
    const keys = new Map(Object.entries(file.keys ?? {}).map(([id, key]) => [id, readKey(id, key)]));
    if (!keys.has(file.writing)) {
      throw SealingError.keyRing(`its writing key \`${file.writing}\` is not among its keys`);
    }
    return new KeyRing(workspace, keys, file.writing, format);
  }

  static parse(json: string, workspace: SealingWorkspace): KeyRing {
    return KeyRing.fromFile(readKeyRingFile(json), workspace);
  }

  /** With what opens its wrapped keys; null where there are none. @throws SealingError, or what the wrapping says */
  static async load(json: string, workspace: SealingWorkspace, wrapping: KeyWrapping | null): Promise<KeyRing> {
    const file = readKeyRingFile(json);
    const keys = await Promise.all(
      Object.entries(file.keys ?? {}).map(async ([id, key]) => [id, await opened(id, key, wrapping)] as const),
    );
    return KeyRing.fromFile({ ...file, keys: Object.fromEntries(keys) }, workspace);
  }

  get keyIds(): string[] {
    return [...this.keys.keys()];
  }

  /** What everything begins with that this ring seals. */
  get sealedPrefix(): string {
    return `${this.format}.${this.writing}.`;
  }

  /** `lks2.<key id>.<nonce, ciphertext and tag in base64url>` */
  seal(plain: Secret | string, place: SealedPlace): string {
    const nonce = drawNonce();
    const cipher = createCipheriv('aes-256-gcm', this.key(this.writing).sealing, nonce);
    cipher.setAAD(this.additionalData(this.format, this.writing, place));
    const text = typeof plain === 'string' ? plain : plain.reveal();
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return this.sealedPrefix + sealed.toString('base64url');
  }

  /** @throws SealingError `key_missing` or `seal_broken` (altered, moved to another place, or of another installation). */
  open(sealed: string, place: SealedPlace): Secret {
    const [format, keyId, body, ...rest] = sealed.split('.');
    if (!isFormat(format) || !keyId || !body || rest.length > 0) throw SealingError.broken(place);
    const bytes = Buffer.from(body, 'base64url');
    if (bytes.length < NONCE_BYTES + TAG_BYTES) throw SealingError.broken(place);
    const decipher = createDecipheriv('aes-256-gcm', this.key(keyId).sealing, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(this.additionalData(format, keyId, place));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
      return new Secret(text.toString('utf8'));
    } catch (cause) {
      throw SealingError.broken(place, cause);
    }
  }

  /** Short and keyed: tells two secrets apart for people, and is of no use to whoever guesses without the ring. */
  fingerprint(value: Secret): string {
    const mac = createHmac('sha256', this.key(this.writing).fingerprinting).update(value.reveal(), 'utf8');
    return mac.digest('hex').slice(0, 12);
  }

  /** JSON, because its quoting keeps any two places from sharing one encoding. */
  private additionalData(format: SealFormat, keyId: string, { table, id, column }: SealedPlace): Buffer {
    const within = format === 'lks1' ? [] : [this.workspace];
    return Buffer.from(JSON.stringify([format, ...within, keyId, table, id, column]), 'utf8');
  }

  private key(id: string): RingKey {
    const key = this.keys.get(id);
    if (!key) throw SealingError.keyMissing(id);
    return key;
  }
}

/** @throws SealingError `key_ring_invalid` */
export function readKeyRingFile(json: string): KeyRingFile {
  try {
    return JSON.parse(json) as KeyRingFile;
  } catch (cause) {
    throw SealingError.keyRing('it is not JSON', cause);
  }
}

async function opened(id: string, key: string | WrappedKey, wrapping: KeyWrapping | null): Promise<string> {
  if (typeof key === 'string') return key;
  if (wrapping?.name !== key?.wrappedBy) {
    throw SealingError.keyRing(
      `key \`${id}\` is wrapped by \`${key?.wrappedBy}\`, which this workspace is not set up to ask`,
    );
  }
  return (await wrapping!.unwrap(key.ciphertext, id)).toString('base64url');
}

function readKey(id: string, encoded: string | WrappedKey): RingKey {
  if (!KEY_ID.test(id)) throw SealingError.keyRing(`a key id must match ${KEY_ID.source}`);
  const key = typeof encoded === 'string' ? Buffer.from(encoded, 'base64url') : Buffer.alloc(0);
  if (key.length !== KEY_BYTES) throw SealingError.keyRing(`key \`${id}\` is not ${KEY_BYTES} bytes in base64url`);
  const fingerprinting = Buffer.from(hkdfSync('sha256', key, '', 'lockkeeper fingerprint', KEY_BYTES));
  return { sealing: createSecretKey(key), fingerprinting };
}

const isFormat = (text: string | undefined): text is SealFormat => FORMATS.some((format) => format === text);
