import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type ManifestInput, readManifest } from '@lockkeeper/manifests';
import { KeyRing, Secret } from '@lockkeeper/sealing';
import type { ApiService } from '../api-services/api-service.entity.js';
import type { TokenGrant } from '../token-endpoint/token-grant.js';
import { Connection, type SealedGrant } from './connection.entity.js';
import { GrantSeal } from './grant-seal.js';

const keys = { k1: randomBytes(32).toString('base64url') };
const seal = new GrantSeal(KeyRing.fromFile({ writing: 'k1', format: 'lks2', keys }, 'credentials'));
const AS = 'https://as.example';

const grant: TokenGrant = {
  accessToken: new Secret('at-1'),
  tokenType: 'Bearer',
  refreshToken: null,
  refreshTokenKept: false,
  expiresInSeconds: 3600,
  refreshTokenExpiresInSeconds: null,
  scope: null,
  namedTokens: {},
  captured: {},
};

function sealed(parts: Partial<TokenGrant> = {}, manifestParts: Partial<ManifestInput> = {}): SealedGrant {
  const source = {
    manifest: 1,
    authorize: { url: `${AS}/authorize` },
    token: { url: `${AS}/token` },
    ...manifestParts,
  };
  const apiService = { manifest: readManifest(source).manifest } as ApiService;
  const now = new Date();
  return seal.seal('c', { ...grant, ...parts }, { apiService, issuedAt: now, authorizedAt: now });
}

const held = (columns: Partial<SealedGrant>): Connection => {
  const absent = { accessToken: null, refreshToken: null, captured: null, namedTokens: null, dpopKey: null };
  return Object.assign(new Connection(), absent, { id: 'c', fieldSecrets: null }, columns);
};

describe('what answers tell besides their tokens', () => {
  it('is sealed, and opened with the rest', () => {
    const kept = sealed({ captured: { account: 'a-1' } });
    expect(kept.captured).toMatch(/^lks2\.k1\./);
    expect(seal.open(held(kept)).captured).toEqual({ account: 'a-1' });
  });

  it('is no value where it is nothing', () => {
    const kept = sealed();
    expect(kept.captured).toBeNull();
    expect(seal.open(held(kept)).captured).toEqual({});
  });

  it('is a value even then where an admin consents for all users: it tells of the consent', () => {
    expect(sealed({}, { grant: 'client_credentials' }).captured).toMatch(/^lks2\.k1\./);
  });
});
