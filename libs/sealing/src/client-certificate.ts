import { createPrivateKey, X509Certificate } from 'node:crypto';
import { SealingError } from './sealing.errors.js';
import type { Secret } from './secret.js';

/** What of a certificate may be shown to anybody. */
export interface CertificateFacts {
  /** SHA-256 of the DER, as RFC 8705 section 3.1 names it (`x5t#S256`). */
  fingerprint: string;
  subject: string;
  /** ISO 8601. */
  expiresAt: string;
}

/**
 * A certificate, or a chain that begins with it, and its private key, both PEM.
 * @throws SealingError `certificate_invalid`, never with a word of the key
 */
export function checkedCertificate(certificate: string, privateKey: Secret, now: Date): CertificateFacts {
  const parsed = readable('it is no certificate in PEM', () => new X509Certificate(certificate));
  const key = readable('its key is no private key in PEM', () => createPrivateKey(privateKey.reveal()));
  if (!parsed.checkPrivateKey(key)) throw SealingError.certificate('the private key belongs to another one');
  if (parsed.validToDate <= now) throw SealingError.certificate(`it ended on ${parsed.validToDate.toISOString()}`);
  return {
    fingerprint: Buffer.from(parsed.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url'),
    subject: parsed.subject.replaceAll('\n', ', '),
    expiresAt: parsed.validToDate.toISOString(),
  };
}

function readable<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch {
    // The parsers' own errors may quote what they could not read.
    throw SealingError.certificate(what);
  }
}
