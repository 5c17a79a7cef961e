import { beforeAll, describe, expect, it } from '@jest/globals';
import { CompactEncrypt, SignJWT, exportJWK, generateKeyPair, importJWK } from 'jose';
import { type ApiServicePublication, type Publication, publicationMessageId } from '@lockkeeper/contracts';
import { type JwkSet, PublicationOpener, PublicationSealer } from './transit.js';

const connectionId = '3b241101-e2bb-4255-8caf-4136c566a962';
const publication: Publication = {
  connectionId,
  apiService: 'sandbox',
  user: 'ada@example.com',
  status: 'active',
  version: 3,
  revision: 5,
  cause: 'rotated',
  token: { accessToken: 'the-token', tokenType: 'Bearer', scope: 'read', expiresAt: '2026-12-01T00:00:00.000Z' },
  use: { baseUrls: ['https://api.example.com'], header: 'Authorization', scheme: 'Bearer', query: null, headers: {} },
  reason: null,
  occurredAt: '2026-11-21T00:00:00.000Z',
};

const ofApiService: ApiServicePublication = {
  apiServiceId: '9d2f2f0e-0000-4000-8000-000000000001',
  apiService: 'sandbox',
  status: 'client_fault',
  revision: 1,
  reason: 'The provider refuses our client.',
  occurredAt: '2026-11-21T00:00:00.000Z',
};

interface Pair {
  secret: JwkSet;
  open: JwkSet;
}

async function pair(algorithm: 'EdDSA' | 'ECDH-ES', kid: string): Promise<Pair> {
  const options = { extractable: true, crv: algorithm === 'EdDSA' ? 'Ed25519' : 'X25519' };
  const { publicKey, privateKey } = await generateKeyPair(algorithm, options);
  const [open, secret] = await Promise.all([exportJWK(publicKey), exportJWK(privateKey)]);
  return { open: { keys: [{ ...open, kid }] }, secret: { keys: [{ ...secret, kid }] } };
}

describe('a publication on its way', () => {
  let signing: Pair;
  let reading: Pair;
  let sealer: PublicationSealer;
  let opener: PublicationOpener;

  beforeAll(async () => {
    [signing, reading] = await Promise.all([pair('EdDSA', 's1'), pair('ECDH-ES', 'e1')]);
    sealer = await PublicationSealer.fromJwkSets(signing.secret, reading.open);
    opener = await PublicationOpener.fromJwkSets(reading.secret, signing.open);
  });

  it('arrives as it was sent', async () => {
    const opened = await opener.open(await sealer.seal(publication), connectionId);
    expect(opened).toEqual({ about: 'connection', publication });
  });

  it('may be about an API service', async () => {
    const opened = await opener.open(await sealer.sealApiService(ofApiService), ofApiService.apiServiceId);
    expect(opened).toEqual({ about: 'api_service', publication: ofApiService });
  });

  it('about an API service is refused under a connection’s name', async () => {
    const sealed = await sealer.sealApiService(ofApiService);
    await expect(opener.open(sealed, connectionId)).rejects.toMatchObject({ code: 'publication_refused' });
  });

  it('shows nothing of what it carries', async () => {
    const sealed = await sealer.seal(publication);
    const shown = sealed
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString('latin1'))
      .join(' ');
    for (const hidden of ['the-token', 'ada@example.com', connectionId]) expect(shown).not.toContain(hidden);
  });

  it('is encrypted under a nonce of its own, and under a key that serves for so many only', async () => {
    const seen = { keys: new Set<string>(), nonces: new Set<string>() };
    for (let message = 0; message < 4097; message += 1) {
      const [header, , nonce] = (await sealer.seal(publication)).split('.') as [string, string, string];
      seen.keys.add(header);
      seen.nonces.add(nonce);
    }
    expect([seen.nonces.size, seen.keys.size]).toEqual([4097, 2]);
  });

  it('is refused under another connection’s name', async () => {
    const sealed = await sealer.seal(publication);
    await expect(opener.open(sealed, 'c0ffee00-e2bb-4255-8caf-4136c566a962')).rejects.toMatchObject({
      code: 'publication_refused',
    });
  });

  it('is refused if anything of it was changed', async () => {
    const parts = (await sealer.seal(publication)).split('.');
    for (const index of parts.keys()) {
      const changed = parts
        .map((part, at) => (at === index ? `${part.startsWith('A') ? 'B' : 'A'}${part.slice(1)}` : part))
        .join('.');
      await expect(opener.open(changed, connectionId)).rejects.toMatchObject({ code: 'publication_refused' });
    }
  });

  it('is refused if somebody else signed it', async () => {
    const forger = await PublicationSealer.fromJwkSets((await pair('EdDSA', 's1')).secret, reading.open);
    await expect(opener.open(await forger.seal(publication), connectionId)).rejects.toMatchObject({
      code: 'publication_refused',
    });
  });

  it.each([
    [
      'nobody signed it',
      async () => JSON.stringify({ publication, iss: 'credentials', aud: 'access-tokens', sub: connectionId }),
    ],
    ['it is meant for somebody else', async () => signedBy(signing, { aud: 'consumers' })],
    ['it is another kind of token', async () => signedBy(signing, { typ: 'JWT' })],
    ['it says that it is about something else', async () => signedBy(signing, { typ: 'api-service-publication+jwt' })],
    ['its envelope names another version', async () => signedBy(signing, { jti: `${connectionId}:99` })],
  ])('is refused if %s', async (_why, content) => {
    const key = await importJWK(reading.open.keys[0]!, 'ECDH-ES');
    const sealed = await new CompactEncrypt(new TextEncoder().encode(await content()))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: 'e1' })
      .encrypt(key);
    await expect(opener.open(sealed, connectionId)).rejects.toMatchObject({ code: 'publication_refused' });
  });

  it('is opened with any key that is held, so that keys can overlap while they change', async () => {
    const [next, nextReading] = await Promise.all([pair('EdDSA', 's2'), pair('ECDH-ES', 'e2')]);
    const both = await PublicationOpener.fromJwkSets(
      { keys: [...reading.secret.keys, ...nextReading.secret.keys] },
      { keys: [...signing.open.keys, ...next.open.keys] },
    );
    const newer = await PublicationSealer.fromJwkSets(next.secret, nextReading.open);
    await expect(both.open(await newer.seal(publication), connectionId)).resolves.toMatchObject({ publication });
    await expect(both.open(await sealer.seal(publication), connectionId)).resolves.toMatchObject({ publication });
  });
});

/** Everything right but for what `wrong` says. */
async function signedBy({ secret }: Pair, wrong: { aud?: string; typ?: string; jti?: string }): Promise<string> {
  return new SignJWT({ publication })
    .setProtectedHeader({ alg: 'EdDSA', typ: wrong.typ ?? 'publication+jwt', kid: 's1' })
    .setIssuer('credentials')
    .setAudience(wrong.aud ?? 'access-tokens')
    .setSubject(connectionId)
    .setJti(wrong.jti ?? publicationMessageId(publication))
    .setIssuedAt()
    .sign(await importJWK(secret.keys[0]!, 'EdDSA'));
}
