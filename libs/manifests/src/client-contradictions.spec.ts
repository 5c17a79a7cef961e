import { describe, expect, it } from '@jest/globals';
import { readManifest } from './manifest.js';
import { ManifestRefused } from './manifest.errors.js';
import { manifestWarnings } from './manifest-warnings.js';

const AS = 'https://as.example.com';
const written = (parts: object) => ({
  manifest: 1,
  authorize: { url: `${AS}/authorize` },
  token: { url: `${AS}/token` },
  ...parts,
});

function faultsOf(parts: object): string[] {
  try {
    readManifest(written(parts));
  } catch (error) {
    if (error instanceof ManifestRefused) return error.faults.map(({ pointer }) => pointer);
    throw error;
  }
  return [];
}

describe('What a manifest says of its client', () => {
  const signing = { clientAuthentication: 'private_key_jwt', issuer: AS };

  it('names the issuer as the only audience, or the token endpoint where it asks for that by name', () => {
    expect(faultsOf(signing)).toEqual([]);
    expect(faultsOf({ clientAuthentication: 'private_key_jwt' })).toEqual(['/clientAuthentication']);
    const old = { clientAuthentication: 'private_key_jwt', clientAssertion: { audience: 'token_endpoint' } };
    expect(faultsOf(old)).toEqual([]);
    const { manifest } = readManifest(written(old));
    expect(manifestWarnings(manifest).map(({ pointer }) => pointer)).toEqual(['/clientAssertion/audience']);
  });

  it('D100 signs by asymmetric algorithms only', () => {
    expect(faultsOf({ ...signing, clientAssertion: { algorithm: 'EdDSA' } })).toEqual([]);
    for (const algorithm of ['none', 'HS256', 'HS512'])
      expect(faultsOf({ ...signing, clientAssertion: { algorithm } })).toEqual(['/clientAssertion/algorithm']);
  });

  it('D098 keeps assertions short', () => {
    for (const lifetimeSeconds of [5, 301, 3600])
      expect(faultsOf({ ...signing, clientAssertion: { lifetimeSeconds } })).toEqual([
        '/clientAssertion/lifetimeSeconds',
      ]);
  });

  it('has no section that no request uses', () => {
    expect(faultsOf({ clientAssertion: {} })).toEqual(['/clientAssertion']);
    expect(faultsOf({ mtlsEndpointAliases: { token: `${AS}/mtls` } })).toEqual(['/mtlsEndpointAliases']);
    const one = { request: { url: `${AS}/revoke`, authentication: 'private_key_jwt', body: {} } };
    expect(faultsOf({ issuer: AS, clientAssertion: {}, revoke: one })).toEqual([]);
  });

  it('D105 takes no tokens that only whoever shows the certificate can use, and asks where nobody looked', () => {
    const certified = { clientAuthentication: 'tls_client_auth' };
    expect(faultsOf({ ...certified, certificateBoundTokens: true })).toEqual(['/certificateBoundTokens']);
    const warned = (parts: object) => readManifest(written({ ...certified, ...parts })).warnings;
    expect(warned({}).map(({ pointer }) => pointer)).toEqual(['/certificateBoundTokens']);
    expect(warned({ certificateBoundTokens: false })).toEqual([]);
  });

  it('D002 puts no assertion into a URL', () => {
    const token = { url: `${AS}/token`, body: { encoding: 'query' } };
    expect(faultsOf({ ...signing, token })).toContain('/token/method');
  });

  it('says who the client is where there is a body to say it in', () => {
    const revoke = { request: { url: `${AS}/revoke`, query: { token: '{{ token }}' } } };
    expect(faultsOf({ clientAuthentication: 'tls_client_auth', revoke })).toEqual(['/revoke/request/authentication']);
  });
});

describe('Pushed authorization requests', () => {
  it('D116 have no request_uri of their own', () => {
    const authorize = { url: `${AS}/authorize`, parameters: { request_uri: 'urn:x' } };
    expect(faultsOf({ authorize, pushedAuthorization: { url: `${AS}/par` } })).toEqual([
      '/authorize/parameters/request_uri',
    ]);
  });

  it('are for grants that a browser takes part in', () => {
    const parts = { grant: 'client_credentials', authorize: {}, pushedAuthorization: { url: `${AS}/par` } };
    expect(faultsOf(parts)).toEqual(['/pushedAuthorization']);
  });
});

describe('Tokens that are bound to a key', () => {
  it('D106 are asked for by an asymmetric algorithm, ES256 unless the manifest says otherwise', () => {
    expect(readManifest(written({ dpop: {} })).manifest.dpop).toEqual({ algorithm: 'ES256', required: true });
    expect(faultsOf({ dpop: { algorithm: 'EdDSA', required: false } })).toEqual([]);
    for (const algorithm of ['none', 'HS256']) expect(faultsOf({ dpop: { algorithm } })).toEqual(['/dpop/algorithm']);
  });

  it('have no other place than Authorization, no name, and no other use at the token endpoint', () => {
    expect(faultsOf({ dpop: {}, use: { query: 'token' } })).toEqual(['/use/query']);
    expect(faultsOf({ dpop: {}, use: { header: 'X-Token' } })).toEqual(['/use/header']);
    expect(faultsOf({ dpop: {}, answer: { namedTokens: { user: { accessToken: '/user' } } } })).toEqual(['/dpop']);
    expect(
      faultsOf({ dpop: {}, refresh: { by: 'access_token', request: { authentication: 'access_token' } } }),
    ).toEqual(['/refresh/by']);
  });

  it('are not accepted where no key is used', () => {
    expect(faultsOf({ answer: { acceptedTokenTypes: ['Bearer', 'dpop'] } })).toEqual(['/answer/acceptedTokenTypes/1']);
  });
});
