import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { Secret } from './secret.js';
import { SealingError } from './sealing.errors.js';

/** How a webhook's receiver checks it: with a secret that both sides hold, or with our public key. */
export const WEBHOOK_SCHEMES = ['hmac-sha256', 'ed25519'] as const;
export type WebhookScheme = (typeof WEBHOOK_SCHEMES)[number];

export interface SignedMessage {
  /** `webhook-id`: the same at each attempt. Holds no full stop, which separates the parts of what is signed. */
  id: string;
  /** `webhook-timestamp`: of this attempt. */
  timestampSeconds: number;
  body: string;
}

const SYMMETRIC = 'whsec_';
const PRIVATE = 'whsk_';
const PUBLIC = 'whpk_';
/** Standard Webhooks: 24 to 64 bytes. */
const SECRET_BYTES = 32;
const SEED_BYTES = 32;
/** RFC 8410: what stands before an Ed25519 seed in PKCS #8, and before a public key in SubjectPublicKeyInfo. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_HEAD_BYTES = 12;

/** A new key by Standard Webhooks 1.0: `whsec_…`, or `whsk_…` whose public half `webhookPublicKey` tells. */
export function drawWebhookKey(scheme: WebhookScheme): Secret {
  if (scheme === 'hmac-sha256') return new Secret(SYMMETRIC + randomBytes(SECRET_BYTES).toString('base64'));
  const { privateKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PKCS8_HEAD.length);
  return new Secret(PRIVATE + seed.toString('base64'));
}

/** `whpk_…`, by which anybody can check signatures; null for a symmetric key, which has no public half. */
export function webhookPublicKey(key: Secret): string | null {
  if (!key.reveal().startsWith(PRIVATE)) return null;
  const spki = createPublicKey(privateKeyOf(key.reveal())).export({ format: 'der', type: 'spki' });
  return PUBLIC + spki.subarray(SPKI_HEAD_BYTES).toString('base64');
}

/** One signature of the header `webhook-signature`: `v1,…` (HMAC-SHA256) or `v1a,…` (Ed25519). @throws SealingError `webhook_key_invalid` */
export function signWebhook(key: Secret, { id, timestampSeconds, body }: SignedMessage): string {
  const content = Buffer.from(`${id}.${timestampSeconds}.${body}`, 'utf8');
  const text = key.reveal();
  if (text.startsWith(PRIVATE)) return `v1a,${sign(null, content, privateKeyOf(text)).toString('base64')}`;
  if (!text.startsWith(SYMMETRIC)) throw SealingError.webhookKey();
  const mac = createHmac('sha256', Buffer.from(text.slice(SYMMETRIC.length), 'base64')).update(content);
  return `v1,${mac.digest('base64')}`;
}

/** The seed alone, or the seed and the public key after it: both are in use. */
function privateKeyOf(text: string) {
  const seed = Buffer.from(text.slice(PRIVATE.length), 'base64').subarray(0, SEED_BYTES);
  if (seed.length !== SEED_BYTES) throw SealingError.webhookKey();
  return createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
}
