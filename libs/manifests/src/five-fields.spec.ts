import { describe, expect, it } from '@jest/globals';
import { fromFiveFields } from './five-fields.js';
import { ManifestRefused } from './manifest.errors.js';

const two = { authorizeUrl: 'https://as.example/authorize', tokenUrl: 'https://as.example/token' };

describe('Five fields', () => {
  it('G1 make a manifest of a service that follows the standard', () => {
    expect(fromFiveFields(two)).toMatchObject({
      authorize: { url: two.authorizeUrl, scopes: [], pkce: 'S256' },
      token: { url: two.tokenUrl, body: { encoding: 'form' } },
      clientAuthentication: 'basic',
      answer: { tokenTypeWhenAbsent: 'Bearer' },
      revoke: null,
      test: null,
      use: { baseUrls: [] },
    });
  });

  it('G1 take scopes, a revocation by RFC 7009, a test and base URLs', () => {
    const manifest = fromFiveFields({
      ...two,
      name: 'Example',
      scopes: ['a', 'b'],
      revokeUrl: 'https://as.example/revoke',
      testUrl: 'https://api.example/me',
      apiBaseUrls: ['https://api.example'],
      clientAuthentication: 'post',
    });
    expect(manifest).toMatchObject({
      name: 'Example',
      clientAuthentication: 'post',
      authorize: { scopes: ['a', 'b'] },
      revoke: {
        request: {
          method: 'POST',
          url: 'https://as.example/revoke',
          authentication: 'client',
          body: { encoding: 'form', parameters: { token: '{{ token }}', token_type_hint: '{{ token_type_hint }}' } },
        },
        tokens: ['refresh_token', 'access_token'],
        statuses: [200],
        effect: 'unknown',
      },
      superseded: { policy: 'keep' },
      test: { request: { method: 'GET', url: 'https://api.example/me', authentication: 'access_token' } },
      use: { baseUrls: ['https://api.example'] },
    });
  });

  it('keep the query that an authorize URL has of its own', () => {
    expect(fromFiveFields({ ...two, authorizeUrl: `${two.authorizeUrl}?access_type=offline` }).authorize.url).toContain(
      'access_type=offline',
    );
  });

  it('are refused by the place in the manifest where they would go', () => {
    expect(() => fromFiveFields({ ...two, tokenUrl: 'as.example/token' })).toThrow(ManifestRefused);
    expect(() => fromFiveFields({ ...two, tokenUrl: 'as.example/token' })).toThrow(
      '/token/url is not an absolute URL.',
    );
  });
});
