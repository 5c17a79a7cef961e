import { describe, expect, it } from '@jest/globals';
import { readManifest } from '@lockkeeper/manifests';
import type { FoundMetadata } from '../token-endpoint/metadata-request.js';
import type { ServerMetadata } from '../token-endpoint/server-metadata.js';
import { DiscoveredIssuer } from './discovered-issuer.entity.js';
import { changesBetween, moved } from './endpoint-changes.js';
import { manifestOf } from './manifest-of-metadata.js';
import { secondsUntilNextLook } from './next-look.js';

const AS = 'https://as.example.com';
const NOW = new Date('2026-11-25T12:00:00Z');
const ALL = {
  issuer: AS,
  authorization_endpoint: `${AS}/authorize`,
  token_endpoint: `${AS}/token`,
  revocation_endpoint: `${AS}/revoke`,
  introspection_endpoint: `${AS}/introspect`,
  userinfo_endpoint: `${AS}/me`,
  pushed_authorization_request_endpoint: `${AS}/par`,
  token_endpoint_auth_methods_supported: ['tls_client_auth'],
  mtls_endpoint_aliases: { token_endpoint: 'https://mtls.as.example.com/token' },
};
const metadata = (more: object = {}): ServerMetadata => ({ ...ALL, ...more }) as ServerMetadata;
const changes = (more: object) => changesBetween(metadata(), metadata(more));
const manifest = readManifest(manifestOf(metadata(), { hasSecret: false, hasCertificate: true }).manifest).manifest;
const after = (more: object) => readManifest(moved(manifest, changes(more))).manifest;

describe('Changes of endpoints', () => {
  it('are addresses that moved or are gone, aliases too, and nothing else', () => {
    expect(changes({ scopes_supported: ['a'], device_authorization_endpoint: `${AS}/device` })).toEqual([]);
    expect(changes({ token_endpoint: `${AS}/token/`, revocation_endpoint: undefined })).toEqual([
      { member: 'token_endpoint', pinned: `${AS}/token`, seen: `${AS}/token/` },
      { member: 'revocation_endpoint', pinned: `${AS}/revoke`, seen: null },
    ]);
    expect(changes({ mtls_endpoint_aliases: { token_endpoint: `${AS}/token` } })).toMatchObject([
      { member: 'mtls_endpoint_aliases.token_endpoint' },
    ]);
  });

  it('take the manifest along, section by section', () => {
    expect(after({ authorization_endpoint: `${AS}/2/authorize`, userinfo_endpoint: `${AS}/2/me?a=1` })).toEqual({
      ...manifest,
      authorize: { ...manifest.authorize, url: `${AS}/2/authorize` },
      test: { ...manifest.test, request: { ...manifest.test!.request, url: `${AS}/2/me?a=1` } },
      use: { ...manifest.use, baseUrls: [`${AS}/2/me`] },
    });
    const less = after({
      revocation_endpoint: undefined,
      introspection_endpoint: undefined,
      userinfo_endpoint: undefined,
      pushed_authorization_request_endpoint: undefined,
      mtls_endpoint_aliases: undefined,
    });
    expect(less).toMatchObject({ revoke: null, introspect: null, test: null, use: { baseUrls: [] } });
    expect(less).not.toHaveProperty('pushedAuthorization');
    expect(less.mtlsEndpointAliases).toEqual({});
  });

  it('leave an address that an admin wrote over the pinned one', () => {
    const own = { ...manifest, token: { ...manifest.token, url: 'https://proxy.example.com/token' } };
    const result = readManifest(moved(own, changes({ token_endpoint: `${AS}/2/token` }))).manifest;
    expect(result.token.url).toBe('https://proxy.example.com/token');
  });
});

describe('A discovered issuer', () => {
  const found = (more: object = {}): FoundMetadata => ({
    metadata: metadata(more),
    foundAt: `${AS}/.well-known/openid-configuration`,
    maxAgeSeconds: null,
  });
  const pinned = (): DiscoveredIssuer => {
    const issuer = Object.assign(new DiscoveredIssuer(), { issuer: AS });
    issuer.pin(found(), NOW);
    return issuer;
  };
  const movedTo = (url: string) => found({ token_endpoint: url });

  it('D073 keeps its pins whatever it sees, until somebody accepts', () => {
    const issuer = pinned();
    expect(issuer.sees(movedTo(`${AS}/2`), NOW)).toBe('proposed');
    expect(issuer.sees(movedTo(`${AS}/2`), NOW)).toBe('known');
    expect(issuer.metadata.token_endpoint).toBe(`${AS}/token`);
    issuer.accept(issuer.proposal!.metadata!);
    expect([issuer.metadata.token_endpoint, issuer.proposal]).toEqual([`${AS}/2`, null]);
  });

  it('is not frozen again by what was refused, but by anything else, and thaws when it is back at either', () => {
    const issuer = pinned();
    issuer.sees(movedTo(`${AS}/2`), NOW);
    issuer.refuse(issuer.proposal!);
    expect(issuer.sees(movedTo(`${AS}/2`), NOW)).toBe('known');
    expect(issuer.sees(movedTo(`${AS}/3`), NOW)).toBe('proposed');
    expect(issuer.sees(movedTo(`${AS}/2`), NOW)).toBe('thawed');
    expect(issuer.sees(found(), NOW)).toBe('known');
    expect(issuer.sees(movedTo(`${AS}/2`), NOW)).toBe('proposed');
    expect(issuer.sees(found(), NOW)).toBe('thawed');
  });

  it('learns what is added, and pins it', () => {
    const issuer = pinned();
    expect(issuer.sees(found({ device_authorization_endpoint: `${AS}/device` }), NOW)).toBe('known');
    expect(issuer.sees(found({ device_authorization_endpoint: `${AS}/2` }), NOW)).toBe('proposed');
  });

  it('D075 keeps its last good copy, and since when it could not be seen', () => {
    const issuer = pinned();
    issuer.misses({ code: 'issuer_in_trouble', detail: 'a', hint: null }, NOW);
    issuer.misses({ code: 'issuer_unreachable', detail: 'b', hint: null }, new Date(NOW.getTime() + 1000));
    expect(issuer).toMatchObject({
      metadata: metadata(),
      failures: 2,
      trouble: { code: 'issuer_unreachable', since: NOW.toISOString() },
    });
    issuer.sees(found(), NOW);
    expect(issuer).toMatchObject({ failures: 0, trouble: null });
  });
});

describe('The next look', () => {
  const bounds = { CREDENTIALS_METADATA_AT_LEAST_SECONDS: 300, CREDENTIALS_METADATA_AT_MOST_SECONDS: 86_400 };
  const waits = (maxAgeSeconds: number | null, failures = 0, jitter = 0) =>
    secondsUntilNextLook({ maxAgeSeconds, failures, jitter }, bounds);

  it('D075 comes when the issuer says, within our bounds; in an hour where it says nothing', () => {
    expect([waits(600), waits(0), waits(10_000_000), waits(null)]).toEqual([600, 300, 86_400, 3600]);
    expect(waits(600, 0, 1)).toBeCloseTo(540);
  });

  it('comes sooner where the last one brought nothing, and ever later', () => {
    expect([1, 2, 3, 99].map((failures) => waits(null, failures))).toEqual([300, 600, 1200, 86_400]);
  });
});
