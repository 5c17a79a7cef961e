import { describe, expect, it } from '@jest/globals';
import { ManifestRefused } from './manifest.errors.js';
import { readManifest } from './manifest.js';
import type { ManifestInput } from './manifest.schema.js';

const least = {
  manifest: 1,
  authorize: { url: 'https://as.example/authorize' },
  token: { url: 'https://as.example/token' },
} satisfies ManifestInput;

function pointersOf(input: unknown): string[] {
  try {
    readManifest(input);
  } catch (error) {
    expect(error).toBeInstanceOf(ManifestRefused);
    return (error as ManifestRefused).faults.map(({ pointer }) => pointer);
  }
  return [];
}

describe('A manifest contradicts itself', () => {
  it.each([
    [
      'an issuer’s comparison without an issuer',
      { authorize: { ...least.authorize, iss: 'required' } },
      '/authorize/iss',
    ],
    [
      'a scope that is two',
      { authorize: { ...least.authorize, scopes: ['a', 'b,c'], scopeSeparator: ',' } },
      '/authorize/scopes/1',
    ],
    [
      'a body for a GET',
      { test: { request: { url: 'https://a.example/', body: { parameters: { a: 'b' } } } } },
      '/test/request/body',
    ],
    [
      'parameters without an encoding',
      { revoke: { request: { url: 'https://a.example/', body: { encoding: 'none', parameters: { a: 'b' } } } } },
      '/revoke/request/body',
    ],
    [
      'a body for an introspection by GET',
      { introspect: { request: { method: 'GET', url: 'https://a.example/', body: { parameters: { a: 'b' } } } } },
      '/introspect/request/body',
    ],
    [
      'a second authentication of an introspection',
      {
        introspect: {
          request: { url: 'https://a.example/', headers: { authorization: 'x' }, body: { parameters: {} } },
        },
      },
      '/introspect/request/headers/authorization',
    ],
    [
      'a client secret for a body that there isn’t',
      { clientAuthentication: 'post', revoke: { request: { method: 'GET', url: 'https://a.example/' } } },
      '/revoke/request/authentication',
    ],
    ['a margin before the earliest moment', { refresh: { earliestSecondsBeforeExpiry: 30 } }, '/refresh/marginSeconds'],
    ['refresh lifetimes without refreshes', { refresh: null, lifetimes: { idleSeconds: 5 } }, '/lifetimes/idleSeconds'],
    ['a token type that is not accepted', { answer: { tokenTypeWhenAbsent: 'mac' } }, '/answer/tokenTypeWhenAbsent'],
    [
      'a test outside of where the token may travel',
      { use: { baseUrls: ['https://api.example/v1'] }, test: { request: { url: 'https://api.example/v10/me' } } },
      '/test/request/url',
    ],
    [
      'a captured value that is never captured',
      { refresh: { request: { headers: { 'x-dc': '{{ captured.dc }}' } } } },
      '/refresh/request/headers/x-dc',
    ],
    [
      'a refresh that takes over what only the exchange has',
      { token: { ...least.token, body: { parameters: { auth_code: '{{ code }}' } } } },
      '/token/body/parameters/auth_code',
    ],
    [
      'a condition of two minds',
      { answer: { shows: [{ at: '/ok', equals: true, absent: true }] } },
      '/answer/shows/0/equals',
    ],
    [
      'PKCE off and a public client (RFC 9700 section 2.1.1)',
      { clientAuthentication: 'none', authorize: { ...least.authorize, pkce: 'off' } },
      '/authorize/pkce',
    ],
    ['a field that is never declared', { token: { url: 'https://as.example/{{ field.tenant }}/token' } }, '/token/url'],
    [
      'a captured value that comes only later',
      {
        answer: { captures: { dc: '/dc' } },
        token: { url: 'https://as.example/{{ captured.dc }}/token' },
        refresh: null,
      },
      '/token/url',
    ],
    [
      'a host from a value, and no hosts',
      { fields: { shop: { label: 'Shop' } }, use: { baseUrls: ['https://{{ field.shop }}.example.com'] } },
      '/use/baseUrls/0',
    ],
    ['hosts that nothing needs', { hosts: ['*.example.com'] }, '/hosts'],
    [
      'hosts below a whole top-level domain',
      { hosts: ['*.com', '*.a.example'], use: { baseUrls: ['https://{{ client_id }}.a.example'] } },
      '/hosts/0',
    ],
    [
      'a default that its own pattern refuses',
      { fields: { shop: { label: 'Shop', pattern: '[a-z]+', default: 'A 1' } } },
      '/fields/shop/default',
    ],
    ['a pattern that is none', { fields: { shop: { label: 'Shop', pattern: '(' } } }, '/fields/shop/pattern'],
    ['a subject that nothing captures', { subject: 'account' }, '/subject'],
    [
      'a value that is captured twice',
      { authorize: { ...least.authorize, captures: { a: '/a' } }, answer: { captures: { a: '/b' } } },
      '/answer/captures/a',
    ],
    ['a client that proves itself by nothing', { clientAuthentication: 'custom' }, '/clientAuthentication'],
    ['a refresh by a token that it doesn’t have in it', { refresh: { by: 'access_token' } }, '/refresh/by'],
    [
      'a revocation of what is never issued',
      { refresh: null, revoke: { request: { url: 'https://as.example/r' }, tokens: ['refresh_token'] } },
      '/revoke/tokens',
    ],
    [
      'tokens that are replaced after a refresh',
      { followUps: [{ after: ['refresh'], replacesTokens: true, request: { url: 'https://as.example/x' } }] },
      '/followUps/0/after',
    ],
    [
      'revoking the very token that was prolonged',
      {
        refresh: { gives: 'time' },
        revoke: { request: { url: 'https://as.example/r' }, effect: 'token' },
        superseded: { policy: 'revoke' },
      },
      '/superseded/policy',
    ],
    ['a quirk that nothing needs', { quirks: [{ quirk: 'secretInUrl', reason: 'Nobody knows why.' }] }, '/quirks/0'],
    [
      'the state as a parameter of its own',
      { authorize: { ...least.authorize, stateParameter: 'ctx', parameters: { ctx: '1' } } },
      '/authorize/parameters/ctx',
    ],
    ['something that is no pointer', { answer: { accessToken: 'access_token' } }, '/answer/accessToken'],
  ])('by %s', (_what, part, pointer) => {
    expect(pointersOf({ ...least, ...part })).toEqual([pointer]);
  });

  const userless = { ...least, authorize: {} };
  const asserted = { ...userless, grant: 'jwt_bearer', clientAuthentication: 'none', assertion: {} };
  const exchanged = { ...userless, grant: 'token_exchange' };

  it.each<[string, object, string]>([
    ['a code without an address to get one at', { ...least, authorize: {} }, '/authorize/url'],
    ['an address that nobody is sent to', { ...asserted, authorize: least.authorize }, '/authorize/url'],
    [
      'what a callback shows where none comes',
      { ...userless, grant: 'client_credentials', authorize: { shows: [{ at: '/a', present: true }] } },
      '/authorize/shows',
    ],
    ['a grant without its section', { ...userless, grant: 'device_code' }, '/device'],
    ['a section without its grant', { ...least, exchange: {} }, '/exchange'],
    [
      'what another grant is asked for with',
      { ...least, token: { ...least.token, body: { parameters: { code: '{{ assertion }}' } } }, refresh: null },
      '/token/body/parameters/code',
    ],
    [
      'client credentials that prove nothing',
      { ...userless, grant: 'client_credentials', clientAuthentication: 'none' },
      '/clientAuthentication',
    ],
    [
      'a refresh request where none is sent',
      { ...asserted, refresh: { request: { url: 'https://as.example/r' } } },
      '/refresh/request',
    ],
    [
      'a refresh by another means than the grant',
      { ...asserted, refresh: { by: 'access_token', request: {} } },
      '/refresh/by',
    ],
    ['an audience that is not there', { ...asserted, assertion: { audience: 'issuer' } }, '/assertion/audience'],
    [
      'an assertion that goes nowhere',
      { ...asserted, token: { ...least.token, body: { parameters: { assertion: null } } } },
      '/token/body/parameters/assertion',
    ],
    ['an algorithm with a shared key', { ...asserted, assertion: { algorithm: 'HS256' } }, '/assertion/algorithm'],
    [
      'D088 a resource with a fragment',
      { ...exchanged, exchange: { resources: ['https://a.example/#b'] } },
      '/exchange/resources/0',
    ],
    ['D088 a resource that is not absolute', { ...exchanged, exchange: { resources: ['a'] } }, '/exchange/resources/0'],
    [
      'D089 a type that no API takes',
      { ...exchanged, exchange: {}, answer: { acceptedTokenTypes: ['Bearer', 'N_A'] } },
      '/answer/acceptedTokenTypes/1',
    ],
    ['D043 the password grant', { ...least, grant: 'password' }, '/grant'],
    ['D042 the implicit grant', { ...least, grant: 'implicit' }, '/grant'],
  ])('by %s, of the grants', (_what, manifest, pointer) => {
    expect(pointersOf(manifest)).toEqual([pointer]);
  });
});
