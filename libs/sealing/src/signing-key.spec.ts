import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { Secret } from './secret.js';
import { checkSigningKey, signJwt } from './signing-key.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pkcs8 = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

describe('signJwt', () => {
  it.each<[string, string]>([
    ['PKCS #8', pkcs8],
    ['PKCS #1, as GitHub gives it', rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }) as string],
    ['a JWK', JSON.stringify({ ...rsa.privateKey.export({ format: 'jwk' }), kid: 'k1' })],
    ['a key file, as Google gives it', JSON.stringify({ private_key: pkcs8, private_key_id: 'k1', client_email: 'x' })],
  ])('signs with a key in the form of %s', async (_form, text) => {
    const jwt = await signJwt(new Secret(text), { algorithm: 'RS256', claims: { iss: 'me' } });
    expect((await jwtVerify(jwt, rsa.publicKey)).payload).toEqual({ iss: 'me' });
    expect(decodeProtectedHeader(jwt)).toEqual({ alg: 'RS256', ...(text.startsWith('{') && { kid: 'k1' }) });
  });

  it('signs by elliptic curves too', async () => {
    const pem = elliptic.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const jwt = await signJwt(new Secret(pem), { algorithm: 'ES256', claims: {}, type: 'JWT' });
    expect((await jwtVerify(jwt, elliptic.publicKey)).protectedHeader).toEqual({ alg: 'ES256', typ: 'JWT' });
  });

  it.each([
    ['no key at all', 'canary-not-a-key', 'RS256'],
    ['broken JSON', '{"private_key": "canary-', 'RS256'],
    ['a public key', rsa.publicKey.export({ type: 'spki', format: 'pem' }) as string, 'RS256'],
    ['a key of another kind', pkcs8, 'ES256'],
    ['an algorithm with a shared key', pkcs8, 'HS256'],
    ['no signature', pkcs8, 'none'],
  ])('refuses %s, without a word of it', async (_what, text, algorithm) => {
    const refusal = await checkSigningKey(new Secret(text), algorithm).then(
      () => null,
      (error: unknown) => error as Error & { code: string },
    );
    expect(refusal).toMatchObject({ code: 'signing_key_invalid' });
    expect(refusal!.message).not.toMatch(/canary|BEGIN/);
  });
});
