import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, EmbeddedJWK, jwtVerify } from 'jose';
import { dpopProof } from './dpop-proof.js';
import { Secret } from './secret.js';
import { drawSigningKey } from './signing-key.js';

const request = { method: 'POST', url: 'https://as.example.com/token?tenant=a#part' };

describe('dpopProof', () => {
  it.each(['ES256', 'ES384', 'ES512', 'PS256', 'RS256', 'EdDSA'])(
    'D106 is a dpop+jwt by %s with the public half of its key in it, and nothing of the private one',
    async (algorithm) => {
      const { privateKey, publicKey } = await drawSigningKey(algorithm);
      const proof = await dpopProof(privateKey, request);
      const { protectedHeader } = await jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt' });
      const { kid, alg, use, ...shown } = publicKey;
      expect([kid, alg, use]).toEqual([expect.any(String), algorithm, 'sig']);
      expect(protectedHeader).toEqual({ typ: 'dpop+jwt', alg: algorithm, jwk: shown });
    },
  );

  it('D107 names method and address without query and fragment, and the token and the nonce where there are any', async () => {
    const { privateKey } = await drawSigningKey('ES256');
    const before = Math.floor(Date.now() / 1000);
    const plain = decodeJwt(await dpopProof(privateKey, request));
    expect(plain).toEqual({
      jti: expect.any(String),
      htm: 'POST',
      htu: 'https://as.example.com/token',
      iat: expect.any(Number),
    });
    expect(plain.iat! - before).toBeGreaterThanOrEqual(0);
    const full = decodeJwt(await dpopProof(privateKey, { ...request, accessToken: 'at-1', nonce: 'n-1' }));
    const ath = createHash('sha256').update('at-1').digest('base64url');
    expect(full).toMatchObject({ ath, nonce: 'n-1' });
  });

  it('D108 is another one for each request', async () => {
    const { privateKey } = await drawSigningKey('ES256');
    const proofs = await Promise.all(Array.from({ length: 200 }, () => dpopProof(privateKey, request)));
    expect(new Set(proofs.map((proof) => decodeJwt(proof).jti)).size).toBe(200);
  });

  it('D114 has the thumbprint that dpop_jkt tells', async () => {
    const { privateKey, publicKey } = await drawSigningKey('ES256');
    const { jwk } = decodeProtectedHeader(await dpopProof(privateKey, request));
    expect(await calculateJwkThumbprint(jwk!)).toBe(publicKey.kid);
  });

  it.each(['canary-no-key', '{"kty":"EC","crv":"P-256","d":"canary"}'])(
    'refuses what is no key, without a word of it: %s',
    async (text) => {
      const refusal = await dpopProof(new Secret(text), request).catch((error: unknown) => error as Error);
      expect(refusal).toMatchObject({ code: 'signing_key_invalid' });
      expect(String((refusal as Error).message)).not.toContain('canary');
    },
  );
});
