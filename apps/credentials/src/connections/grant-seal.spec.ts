import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type ManifestInput, readManifest } from '@lockkeeper/manifests';
import { KeyRing, SealingError, Secret } from '@lockkeeper/sealing';
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

const held = (columns: Partial<SealedGrant> = {}): Connection => {
  const absent = { accessToken: null, refreshToken: null, captured: null, namedTokens: null, dpopKey: null };
  return Object.assign(new Connection(), absent, { id: 'c', fieldSecrets: null }, columns);
};

function sealed(
  parts: Partial<TokenGrant> = {},
  manifestParts: Partial<ManifestInput> = {},
  connection = held(),
): SealedGrant {
  const source = {
    manifest: 1,
    authorize: { url: `${AS}/authorize` },
    token: { url: `${AS}/token` },
    ...manifestParts,
  };
  const apiService = { manifest: readManifest(source).manifest } as ApiService;
  const now = new Date();
  return seal.seal(connection, { ...grant, ...parts }, { apiService, issuedAt: now, authorizedAt: now });
}

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

describe('the access token that is told of', () => {
  const told = (connection: Connection) => seal.openAccessToken(connection)?.reveal();

  it('is the one in its column, whether it was sealed for this object or read', () => {
    const connection = held();
    Object.assign(connection, sealed({}, {}, connection));
    expect([told(connection), told(held({ accessToken: connection.accessToken! }))]).toEqual(['at-1', 'at-1']);
  });

  it('is never the one that was sealed last, where its column has another or none', () => {
    const connection = held();
    const first = sealed({}, {}, connection);
    sealed({ accessToken: new Secret('at-2') }, {}, connection);
    expect(told(Object.assign(connection, first))).toBe('at-1');
    expect(told(Object.assign(connection, { accessToken: null }))).toBeUndefined();
  });

  it('is none where the value in its column was altered or moved', () => {
    const connection = held();
    const { accessToken } = sealed({}, {}, connection);
    const altered = accessToken.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'));
    expect(() => told(Object.assign(connection, { accessToken: altered }))).toThrow(SealingError);
    expect(() => told(Object.assign(held({ accessToken }), { id: 'd' }))).toThrow(SealingError);
  });
});
