import { describe, expect, it } from '@jest/globals';
import { readManifest } from '@lockkeeper/manifests';
import type { ServerMetadata } from '../token-endpoint/server-metadata.js';
import { offeredAuthentications } from './client-offers.js';
import { endpointsElsewhere } from './endpoints.js';
import { type Choice, manifestOf } from './manifest-of-metadata.js';

const AS = 'https://as.example.com';
const metadata = (more: object = {}): ServerMetadata =>
  ({ issuer: AS, authorization_endpoint: `${AS}/authorize`, token_endpoint: `${AS}/token`, ...more }) as ServerMetadata;
const derived = (more: object = {}, choice: Partial<Choice> = {}) =>
  readManifest(manifestOf(metadata(more), { hasSecret: true, hasCertificate: false, ...choice }).manifest).manifest;
const open = { hasSecret: false };

describe('The manifest that metadata makes', () => {
  it('D046 has what the issuer says: addresses, ways to revoke, to ask and to test', () => {
    const manifest = derived({
      revocation_endpoint: `${AS}/revoke`,
      introspection_endpoint: `${AS}/introspect`,
      userinfo_endpoint: `${AS}/me`,
      pushed_authorization_request_endpoint: `${AS}/par`,
      authorization_response_iss_parameter_supported: true,
      service_documentation: `${AS}/docs`,
    });
    expect(manifest).toMatchObject({
      issuer: AS,
      name: 'as.example.com',
      documentationUrl: `${AS}/docs`,
      authorize: { url: `${AS}/authorize`, iss: 'required', pkce: 'S256', scopes: [] },
      token: { url: `${AS}/token` },
      pushedAuthorization: { url: `${AS}/par` },
      revoke: { request: { url: `${AS}/revoke`, authentication: 'client' }, effect: 'unknown' },
      introspect: { request: { url: `${AS}/introspect` } },
      test: { request: { method: 'GET', url: `${AS}/me`, authentication: 'access_token' } },
      use: { baseUrls: [`${AS}/me`] },
    });
  });

  it('D046 takes addresses with a query', () => {
    const said = { token_endpoint: `${AS}/token?policy=a`, userinfo_endpoint: `${AS}/me?schema=openid` };
    expect(derived(said)).toMatchObject({
      token: { url: said.token_endpoint },
      test: { request: { url: said.userinfo_endpoint } },
      use: { baseUrls: [`${AS}/me`] },
    });
  });

  it('D046 leaves out what the issuer does not say', () => {
    expect(derived()).toMatchObject({ revoke: null, introspect: null, test: null, clientAuthentication: 'basic' });
    expect(derived()).not.toHaveProperty('pushedAuthorization');
    expect(derived().authorize.iss).toBeUndefined();
  });

  it('asks for what keeps a connection alive where the issuer knows it, and for nothing more', () => {
    const { authorize, refresh } = derived({ scopes_supported: ['admin', 'offline_access', 'openid', 'mail'] });
    expect(authorize).toMatchObject({ scopes: ['openid', 'offline_access'], parameters: { prompt: 'consent' } });
    expect(refresh?.comesWith).toEqual({ scopes: ['offline_access'] });
    expect(derived({ scopes_supported: ['openid'] })).toMatchObject({
      subject: 'account',
      answer: { captures: { account: '/id_token/sub' } },
      authorize: { scopes: [] },
    });
    const silent = derived({ scopes_supported: ['offline_access'], prompt_values_supported: ['none'] });
    expect(silent.authorize).toMatchObject({ scopes: ['offline_access'], parameters: {} });
  });

  it('D045 offers keys that only one side holds first', () => {
    const everything = [
      'client_secret_post',
      'none',
      'client_secret_basic',
      'self_signed_tls_client_auth',
      'private_key_jwt',
    ];
    const said = { token_endpoint_auth_methods_supported: everything };
    expect(offeredAuthentications(metadata(said))).toEqual([
      'private_key_jwt',
      'tls_client_auth',
      'basic',
      'post',
      'none',
    ]);
    expect(derived(said, open).clientAuthentication).toBe('private_key_jwt');
    expect(derived(said, { ...open, hasCertificate: true }).clientAuthentication).toBe('tls_client_auth');
    expect(derived(said).clientAuthentication).toBe('basic');
    expect(derived(said, { clientAuthentication: 'post' }).clientAuthentication).toBe('post');
  });

  it('D045 signs by an algorithm of the issuer’s, and not at all where it has none in common with it', () => {
    const said = (algorithms: string[]) => ({
      token_endpoint_auth_methods_supported: ['private_key_jwt', 'none'],
      token_endpoint_auth_signing_alg_values_supported: algorithms,
    });
    expect(derived(said(['RS256', 'PS256']), open).clientAssertion).toMatchObject({
      algorithm: 'PS256',
      audience: 'issuer',
    });
    expect(derived(said(['HS256', 'none']), open).clientAuthentication).toBe('none');
  });

  it('D072 takes a missing list of authentication methods for client_secret_basic', () => {
    expect(offeredAuthentications(metadata())).toEqual(['basic']);
    expect(derived().clientAuthentication).toBe('basic');
    expect(() => derived({}, { clientAuthentication: 'post' })).toThrow('/clientAuthentication');
  });

  it('refuses a secret that the issuer has no use for, and ways that it does not know', () => {
    const said = { token_endpoint_auth_methods_supported: ['private_key_jwt'] };
    expect(() => derived(said)).toThrow('/clientSecret: does not fit what the issuer offers: private_key_jwt');
    expect(() => derived({ token_endpoint_auth_methods_supported: ['client_secret_jwt'] })).toThrow(
      'none that is known',
    );
  });

  it('puts the aliases of mutual TLS where the certificate is shown, and nowhere else', () => {
    const said = {
      token_endpoint_auth_methods_supported: ['tls_client_auth', 'client_secret_basic'],
      revocation_endpoint: `${AS}/revoke`,
      mtls_endpoint_aliases: { token_endpoint: 'https://mtls.as.example.com/token' },
    };
    const certified = derived(said, { hasSecret: false, hasCertificate: true });
    expect(certified.mtlsEndpointAliases?.token).toBe('https://mtls.as.example.com/token');
    expect(derived(said)).not.toHaveProperty('mtlsEndpointAliases');
  });

  it('authenticates a revocation as its endpoint wants it, where that differs', () => {
    const said = {
      revocation_endpoint: `${AS}/revoke`,
      revocation_endpoint_auth_methods_supported: ['client_secret_post'],
    };
    expect(derived(said).revoke).toMatchObject({ request: { authentication: 'post' } });
  });

  it('binds tokens to keys of public clients where the issuer announces it, and of others on demand', () => {
    const said = {
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'none'],
      dpop_signing_alg_values_supported: ['RS256', 'EdDSA'],
    };
    expect(derived(said)).not.toHaveProperty('dpop');
    expect(derived(said, { dpop: true }).dpop).toMatchObject({ algorithm: 'RS256' });
    expect(derived(said, { ...open, clientAuthentication: 'none' }).dpop).toMatchObject({ algorithm: 'RS256' });
    expect(derived(said, { ...open, clientAuthentication: 'none', dpop: false })).not.toHaveProperty('dpop');
    expect(() => derived({}, { dpop: true })).toThrow('/dpop');
  });

  it('has another grant where the issuer has no code to give, or where it is wanted', () => {
    const device = 'urn:ietf:params:oauth:grant-type:device_code';
    const said = {
      grant_types_supported: ['authorization_code', 'client_credentials', device],
      device_authorization_endpoint: `${AS}/device`,
      scopes_supported: ['offline_access'],
    };
    expect(derived(said).grant).toBe('authorization_code');
    expect(derived(said, { grant: 'device_code' })).toMatchObject({
      grant: 'device_code',
      device: { url: `${AS}/device` },
    });
    const own = derived(said, { grant: 'client_credentials' });
    expect(own).toMatchObject({ grant: 'client_credentials', authorize: { scopes: [], parameters: {} }, test: null });
    expect(derived({ ...said, authorization_endpoint: undefined }).grant).toBe('device_code');
    expect(() => derived({}, { grant: 'device_code' })).toThrow('/grant');
  });

  it.each([
    ['the implicit grant alone', { grant_types_supported: ['implicit'] }],
    ['response types without a code', { response_types_supported: ['token', 'id_token token'] }],
    ['no token endpoint', { token_endpoint: undefined }],
    ['no endpoint for users', { authorization_endpoint: undefined }],
  ])('is none where the issuer has %s', (_what, said) => {
    expect(() => derived(said)).toThrow(expect.objectContaining({ code: 'grant_unsupported' }));
  });
});

describe('Endpoints elsewhere', () => {
  it('D073 are those on hosts that are neither the issuer’s, nor below it, nor accepted', () => {
    const said = metadata({
      token_endpoint: 'https://token.as.example.com/token',
      revocation_endpoint: 'https://as.example.com.evil.net/revoke',
      userinfo_endpoint: 'https://evilas.example.com/me',
      mtls_endpoint_aliases: { token_endpoint: 'https://mtls.example.com/token' },
    });
    const members = (accepted: string[] = []) => endpointsElsewhere(said, accepted).map(({ member }) => member);
    expect(members()).toEqual(['revocation_endpoint', 'userinfo_endpoint', 'mtls_endpoint_aliases.token_endpoint']);
    expect(members(['mtls.example.com', 'evilas.example.com'])).toEqual(['revocation_endpoint']);
  });
});
