import { LockkeeperError } from '@lockkeeper/doors';
import type { SealedPlace } from './key-ring.js';

/** A key is missing or wrong, or a sealed value isn't what it claims to be. Always ours to mend, never the caller's. */
export class SealingError extends LockkeeperError {
  static keyRing(what: string, cause?: unknown): SealingError {
    return new SealingError({
      kind: 'internal',
      code: 'key_ring_invalid',
      title: 'The key ring cannot be used',
      detail: `The key ring is refused: ${what}.`,
      hint: 'Expected: {"writing": "<id>", "format": "lks2", "keys": {"<id>": "<32 bytes in base64url>"}}.',
      cause,
    });
  }

  static keyMissing(id: string): SealingError {
    return new SealingError({
      kind: 'internal',
      code: 'key_missing',
      title: 'A key is missing',
      detail: `Something was sealed with key \`${id}\`, which is not in the key ring.`,
      hint: `Put key \`${id}\` back into the key ring; without it what it sealed stays closed.`,
    });
  }

  static broken(place: SealedPlace, cause?: unknown): SealingError {
    return new SealingError({
      kind: 'internal',
      code: 'seal_broken',
      title: 'A sealed value does not open',
      detail: `${place.table}.${place.column} of ${place.id} was altered, moved, or sealed by another installation's key.`,
      hint: 'Restore the row from a backup, or check that the key ring belongs to this database.',
      cause,
    });
  }

  static webhookKey(): SealingError {
    return new SealingError({
      kind: 'internal',
      code: 'webhook_key_invalid',
      title: 'A webhook’s key cannot be used',
      detail: 'The key that a webhook is to be signed with is neither `whsec_…` nor `whsk_…` with a seed of 32 bytes.',
      hint: 'Rotate the webhook’s secret: a new key is drawn then.',
    });
  }

  static publication(what: string, cause?: unknown): SealingError {
    return new SealingError({
      kind: 'invalid',
      code: 'publication_refused',
      title: 'A publication is refused',
      detail: `The publication ${what}.`,
      hint: 'If keys were changed: both workspaces need each other’s current public keys.',
      cause,
    });
  }

  static transitKeys(what: string, cause?: unknown): SealingError {
    return new SealingError({
      kind: 'internal',
      code: 'transit_keys_invalid',
      title: 'The keys between the workspaces cannot be used',
      detail: `The JWK set is refused: ${what}.`,
      cause,
    });
  }

  static certificate(what: string): SealingError {
    return new SealingError({
      kind: 'invalid',
      code: 'certificate_invalid',
      title: 'The certificate cannot be used',
      detail: `The client certificate is refused: ${what}.`,
      hint: 'Give both in PEM: the certificate, its chain behind it, and the private key without a passphrase.',
    });
  }

  static signingKey(what: string, cause?: unknown): SealingError {
    return new SealingError({
      kind: 'invalid',
      code: 'signing_key_invalid',
      title: 'The private key cannot be used',
      detail: `The private key is refused: ${what}.`,
      hint: 'Paste the whole private key as the provider gave it, and compare its kind with the algorithm in the manifest.',
      cause,
    });
  }
}
