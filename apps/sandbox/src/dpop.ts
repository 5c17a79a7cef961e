import { createHash, createHmac } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, type JWTPayload, jwtVerify } from 'jose';
import type { Context } from 'koa';
import type { SandboxState } from './state.js';

const WINDOW_SECONDS = 60;
const MOST_SKEW_SECONDS = 60;

/** What is wrong with a proof: RFC 9449 sections 7.1 and 9. */
export type ProofRefusal = { error: 'invalid_dpop_proof' | 'use_dpop_nonce'; description: string };

/** The API's own nonces, from the time and a secret: the newest, and the one before it, are good. */
export function nonceOf(state: SandboxState, windowsAgo = 0): string {
  const window = Math.floor(Date.now() / 1000 / WINDOW_SECONDS) - windowsAgo;
  return createHmac('sha256', `API ${state.keys.cookies}`).update(String(window)).digest('base64url');
}

/** For the authorization server's nonces, which are none of the API's. */
export const nonceSecretOf = ({ keys }: SandboxState): Buffer =>
  createHash('sha256').update(`authorization server ${keys.cookies}`).digest();

/** RFC 9449 section 4.3, at an API that wants nonces. @param jkt the thumbprint of the key that the token is bound to */
export async function refusalOfProof(
  ctx: Context,
  state: SandboxState,
  { token, jkt, issuer }: { token: string; jkt: string; issuer: string },
): Promise<ProofRefusal | null> {
  try {
    const proof = await jwtVerify(ctx.get('dpop'), EmbeddedJWK, { typ: 'dpop+jwt' });
    const { jwk } = proof.protectedHeader;
    if (!jwk || 'd' in jwk || (await calculateJwkThumbprint(jwk)) !== jkt) return invalid('is not by the token’s key');
    return refusalOfClaims(proof.payload, state, {
      htm: ctx.method,
      htu: new URL(ctx.path, issuer).href,
      ath: createHash('sha256').update(token).digest('base64url'),
    });
  } catch {
    return invalid('is missing, or cannot be read');
  }
}

function refusalOfClaims(
  { jti, iat, nonce, ...claims }: JWTPayload,
  state: SandboxState,
  expected: Record<'htm' | 'htu' | 'ath', string>,
): ProofRefusal | null {
  const other = Object.entries(expected).find(([name, value]) => claims[name] !== value);
  if (other) return invalid(`has another ${other[0]}`);
  if (iat === undefined || Math.abs(Date.now() / 1000 - iat) > MOST_SKEW_SECONDS)
    return invalid('is not of this moment');
  if (nonce !== nonceOf(state) && nonce !== nonceOf(state, 1))
    return { error: 'use_dpop_nonce', description: 'The proof lacks the nonce of this API' };
  if (jti === undefined || state.get(`Proof:${jti}`) !== undefined) return invalid('was used before');
  state.set(`Proof:${jti}`, true, 3 * MOST_SKEW_SECONDS);
  return null;
}

const invalid = (why: string): ProofRefusal => ({ error: 'invalid_dpop_proof', description: `The proof ${why}` });
