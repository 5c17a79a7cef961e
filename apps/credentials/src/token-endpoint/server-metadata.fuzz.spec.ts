import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Egress } from '@lockkeeper/egress';
import { LockkeeperError } from '@lockkeeper/doors';
import { readManifest } from '@lockkeeper/manifests';
import { endpointsElsewhere } from '../discovery/endpoints.js';
import { manifestOf } from '../discovery/manifest-of-metadata.js';
import { fetchMetadata } from './metadata-request.js';
import { issuerFault, serverMetadata } from './server-metadata.js';

const RUNS = { numRuns: 1000, seed: 20_261_125 };
const ISSUER = 'https://as.example.com';
const MEMBERS = Object.keys(serverMetadata.shape).filter((member) => member !== 'issuer');
const SHOWN = [
  'code',
  'authorization_code',
  'none',
  'private_key_jwt',
  'ES256',
  'offline_access',
  'constructor',
  '__proto__',
];
const ADDRESSES = [
  `${ISSUER}/a`,
  `${ISSUER}/a?b`,
  'https://u:p@as.example.com',
  'https://[::1]/',
  'javascript:1',
  '//a',
  '{{ client_secret }}',
  `${ISSUER}/{{ client_secret }}`,
];

const url = fc.oneof(
  fc.webUrl({ validSchemes: ['https', 'http'], withQueryParameters: true, withFragments: true }),
  fc.constantFrom(...ADDRESSES),
);
const names = fc.array(fc.oneof(fc.string(), fc.constantFrom(...SHOWN)));
const strange = fc.dictionary(
  fc.oneof(fc.constantFrom(...MEMBERS), fc.string()),
  fc.oneof(url, names, fc.boolean(), fc.jsonValue()),
  { maxKeys: 4 },
);

/** Everything that happens to a document between the issuer and a registered manifest. */
async function registered(body: string): Promise<unknown> {
  const egress = { fetch: () => Promise.resolve({ status: 200, headers: {}, body }) } as unknown as Egress;
  try {
    const { metadata } = await fetchMetadata(egress, ISSUER);
    endpointsElsewhere(metadata);
    return readManifest(manifestOf(metadata, { hasSecret: true, hasCertificate: false }).manifest).manifest;
  } catch (error) {
    if (error instanceof LockkeeperError) return null;
    throw error;
  }
}

describe('Metadata that nobody thought of', () => {
  it('makes a manifest without templates from outside, or is refused in words', async () => {
    let accepted = 0;
    const sound = fc.record({
      issuer: fc.constant(ISSUER),
      authorization_endpoint: fc.oneof(fc.constant(`${ISSUER}/authorize`), url),
      token_endpoint: fc.oneof(fc.constant(`${ISSUER}/token`), url),
    });
    await fc.assert(
      fc.asyncProperty(sound, strange, async (members, others) => {
        const manifest = await registered(JSON.stringify({ ...others, ...members }));
        if (manifest === null) return;
        accepted += 1;
        expect(JSON.stringify(manifest)).not.toContain('{{ client_secret }}');
        expect(manifest).toMatchObject({
          issuer: ISSUER,
          clientAuthentication: expect.stringMatching(/^(basic|post)$/),
        });
      }),
      RUNS,
    );
    expect(accepted).toBeGreaterThan(0);
  });

  it('is refused in words, whatever the answer is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (body) => {
        expect(await registered(body)).toBeNull();
      }),
      RUNS,
    );
  });

  it('has an issuer that is an address, or none', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), url), (issuer) => {
        if (issuerFault(issuer) === null) expect(new URL(issuer).hash + new URL(issuer).search).toBe('');
      }),
      RUNS,
    );
  });
});
