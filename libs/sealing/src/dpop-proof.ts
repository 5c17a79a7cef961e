import { createHash, randomUUID } from 'node:crypto';
import { importJWK, type JWK, SignJWT } from 'jose';
import { SealingError } from './sealing.errors.js';
import type { Secret } from './secret.js';

/** What a proof is for: one request, and where a token goes with it, that token. */
export interface ProvenRequest {
  method: string;
  /** Its query and fragment take no part (RFC 9449 section 4.2). */
  url: URL | string;
  accessToken?: string | undefined;
  /** What the server wants to read in it (sections 8 and 9). */
  nonce?: string | undefined;
}

interface ProofKey {
  key: Awaited<ReturnType<typeof importJWK>>;
  algorithm: string;
  publicKey: JWK;
}

/** By the secret itself: whoever keeps that keeps this, and a call needn't read the key again. */
const read = new WeakMap<Secret, Promise<ProofKey>>();

/**
 * A proof of possession (RFC 9449 section 4.2), good for one request. The time in it is this machine's.
 * @param privateKey as `drawSigningKey` made it
 * @throws SealingError `signing_key_invalid`
 */
export async function dpopProof(
  privateKey: Secret,
  { method, url, accessToken, nonce }: ProvenRequest,
): Promise<string> {
  const { key, algorithm, publicKey } = await proofKey(privateKey);
  const { origin, pathname } = new URL(url);
  const claims = {
    jti: randomUUID(),
    htm: method,
    htu: origin + pathname,
    iat: Math.floor(Date.now() / 1000),
    ...(accessToken !== undefined && { ath: createHash('sha256').update(accessToken).digest('base64url') }),
    ...(nonce !== undefined && { nonce }),
  };
  return new SignJWT(claims).setProtectedHeader({ typ: 'dpop+jwt', alg: algorithm, jwk: publicKey }).sign(key);
}

function proofKey(privateKey: Secret): Promise<ProofKey> {
  const known = read.get(privateKey) ?? readProofKey(privateKey);
  read.set(privateKey, known);
  return known;
}

async function readProofKey(privateKey: Secret): Promise<ProofKey> {
  try {
    const jwk = JSON.parse(privateKey.reveal()) as JWK;
    const algorithm = jwk.alg!;
    return { key: await importJWK(jwk, algorithm), algorithm, publicKey: publicHalf(jwk) };
  } catch {
    // The parsers' own errors may quote what they could not read.
    throw SealingError.signingKey('it is no private JWK with its `alg`');
  }
}

/** By name, so that no private member can slip in (RFC 7518 section 6, RFC 8037 section 2). */
function publicHalf({ kty, crv, x, y, n, e }: JWK): JWK {
  const members = Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members) as unknown as JWK;
}
