import { createPrivateKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { SealingError } from './sealing.errors.js';
import { Secret } from './secret.js';

/** What is signed, and how it is to be read. */
export interface JwtToSign {
  /** RFC 7518 section 3.1; never `none`, never one with a shared key. Left out: as the key's own file says. */
  algorithm?: string;
  claims: Record<string, unknown>;
  type?: string | undefined;
}

/** A key that was drawn here. */
export interface DrawnKey {
  /** The private half: a JWK as JSON, with its `kid`. */
  privateKey: Secret;
  publicKey: PublicKey;
}

/** RFC 7517; what may be shown to anybody. `kid` is the thumbprint of RFC 7638. */
export type PublicKey = JWK & { kid: string };

interface SigningKey {
  key: KeyObject;
  /** Where the key's own file names it. */
  keyId: string | undefined;
  ownAlgorithm: string | undefined;
}

/** A compact JWS by a private key, uploaded or drawn here. @throws SealingError `signing_key_invalid` */
export async function signJwt(privateKey: Secret, { algorithm, claims, type }: JwtToSign): Promise<string> {
  const { key, keyId, ownAlgorithm } = signingKeyOf(privateKey);
  const header = {
    alg: algorithm ?? ownAlgorithm ?? '',
    ...(keyId !== undefined && { kid: keyId }),
    ...(type !== undefined && { typ: type }),
  };
  try {
    return await new SignJWT(claims).setProtectedHeader(header).sign(key);
  } catch (cause) {
    throw SealingError.signingKey(`it does not sign by ${header.alg}`, cause);
  }
}

/** @param algorithm RFC 7518 section 3.1, asymmetric; RSA keys have 3072 bits (NIST SP 800-57 part 1, table 2: 128 bits of security) */
export async function drawSigningKey(algorithm: string): Promise<DrawnKey> {
  const pair = await generateKeyPair(algorithm, { extractable: true, modulusLength: 3072 });
  const [own, shown] = await Promise.all([exportJWK(pair.privateKey), exportJWK(pair.publicKey)]);
  const kid = await calculateJwkThumbprint(shown);
  return {
    privateKey: new Secret(JSON.stringify({ ...own, kid, alg: algorithm })),
    publicKey: { ...shown, kid, alg: algorithm, use: 'sig' },
  };
}

/** Whether the key can be read and signs by this algorithm. @throws SealingError `signing_key_invalid`, never with a word of the key */
export async function checkSigningKey(privateKey: Secret, algorithm: string): Promise<void> {
  await signJwt(privateKey, { algorithm, claims: {} });
}

/**
 * In the forms in which providers hand keys out: PEM (PKCS #8, PKCS #1, SEC 1), a JWK, or a JSON file with `private_key` and `private_key_id`.
 */
function signingKeyOf(privateKey: Secret): SigningKey {
  const text = privateKey.reveal().trim();
  if (!text.startsWith('{'))
    return { key: readKey(() => createPrivateKey(text)), keyId: undefined, ownAlgorithm: undefined };
  const file = readKey(() => JSON.parse(text) as Record<string, unknown>);
  const keyId = [file.kid, file.private_key_id].find((id) => typeof id === 'string') as string | undefined;
  const ownAlgorithm = typeof file.alg === 'string' ? file.alg : undefined;
  const key = readKey(() =>
    createPrivateKey(typeof file.private_key === 'string' ? file.private_key : { key: file, format: 'jwk' }),
  );
  return { key, keyId, ownAlgorithm };
}

function readKey<T>(read: () => T): T {
  try {
    return read();
  } catch {
    // The parsers' own errors may quote what they could not read.
    throw SealingError.signingKey('it is no private key in PEM, as a JWK, or in a JSON file with private_key');
  }
}
