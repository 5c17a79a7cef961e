import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Egress } from '@lockkeeper/egress';
import { failureOf } from '../../../../test/support/failure.js';
import { type ScriptedAnswer, ScriptedServer } from '../../../../test/support/scripted-server.js';
import type { DiscoveryFailed } from './discovery.errors.js';
import { fetchMetadata, wellKnownAddresses } from './metadata-request.js';
import { issuerFault } from './server-metadata.js';

describe('The metadata of an issuer', () => {
  const egress = new Egress({ allowedNetworks: ['127.0.0.1/32'], timeoutMs: 5_000 });
  let server: ScriptedServer;

  beforeAll(async () => {
    server = await ScriptedServer.start();
  });
  afterAll(async () => {
    await Promise.all([server.close(), egress.close()]);
  });

  const metadata = (more: object = {}) => ({
    issuer: server.url,
    authorization_endpoint: `${server.url}/authorize`,
    token_endpoint: `${server.url}/token`,
    ...more,
  });
  const gone: ScriptedAnswer = { status: 404 };
  const paths = () => server.requests.map(({ url }) => url);
  const found = (issuer = server.url) => fetchMetadata(egress, issuer);
  const failure = (issuer = server.url) => failureOf<DiscoveryFailed>(found(issuer));

  it('D067 is asked for between host and path, then behind the path as OpenID Connect has it', async () => {
    const issuer = `${server.url}/tenant/one`;
    server.answers(gone, { body: metadata({ issuer }) });
    expect((await found(issuer)).foundAt).toBe(`${server.url}/tenant/one/.well-known/openid-configuration`);
    expect(paths()).toEqual([
      '/.well-known/oauth-authorization-server/tenant/one',
      '/tenant/one/.well-known/openid-configuration',
    ]);
    server.answers({ body: metadata({ issuer }) });
    expect((await found(issuer)).foundAt).toBe(`${server.url}/.well-known/oauth-authorization-server/tenant/one`);
    expect(server.requests).toMatchObject([{ method: 'GET', body: '' }]);
  });

  it('D067 is asked for without a slash that ends the path', () => {
    expect(wellKnownAddresses('https://as.example.com')).toEqual([
      'https://as.example.com/.well-known/oauth-authorization-server',
      'https://as.example.com/.well-known/openid-configuration',
    ]);
    expect(wellKnownAddresses('https://as.example.com/a/')).toEqual([
      'https://as.example.com/.well-known/oauth-authorization-server/a',
      'https://as.example.com/a/.well-known/openid-configuration',
    ]);
  });

  it('D068 is not used where it names another issuer: the refusal shows both', async () => {
    server.answers({ body: metadata({ issuer: 'https://other.example.com' }) });
    const refusal = await failure();
    expect(refusal).toMatchObject({
      code: 'issuer_mismatch',
      members: { expected: server.url, found: 'https://other.example.com' },
    });
    expect(refusal.detail).toContain('https://other.example.com');
    server.answers({ body: metadata({ issuer: undefined }) });
    expect(await failure()).toMatchObject({ code: 'issuer_mismatch', members: { found: 'nobody' } });
  });

  it.each([
    ['a slash at the end', '/a', '/a/'],
    ['the case', '/a', '/A'],
    ['a letter that looks the same', '/a', '/а'],
    ['an escape', '/é', '/%C3%A9'],
    ['the order of code points', '/\u00e9', '/e\u0301'],
  ])('D069 is another issuer’s where only %s differs', async (_what, asked, told) => {
    const issuer = `${server.url}${asked}`;
    server.answers({ body: metadata({ issuer: `${server.url}${told}` }) });
    expect(await failure(issuer)).toMatchObject({ code: 'issuer_mismatch' });
    server.answers({ body: metadata({ issuer }) });
    expect((await found(issuer)).metadata.issuer).toBe(issuer);
  });

  it.each([
    ['http://as.example.com', 'must begin with https://'],
    ['https://as.example.com?tenant=a', 'must have no query'],
    ['https://as.example.com/?', 'must have no query'],
    ['https://as.example.com/#', 'must have no fragment'],
    ['https://user:word@as.example.com', 'must have no user name'],
    ['as.example.com', 'must be an absolute URL'],
    ['ftp://as.example.com', 'must be an absolute URL'],
    ['HTTPS:as.example.com', 'must be an absolute URL'],
    ['https://as.example.com/{{ client_secret }}', 'without placeholders'],
  ])('D070 has no issuer like %s', (issuer, fault) => {
    expect(issuerFault(issuer)).toContain(fault);
  });

  it('D070 has an https issuer with or without a path', () => {
    expect(issuerFault('https://as.example.com')).toBeNull();
    expect(issuerFault('https://as.example.com:8443/tenant/')).toBeNull();
  });

  it('D071 is not taken from a server whose certificate nobody vouches for', async () => {
    const tls = await ScriptedServer.start({ tls: true });
    tls.answers({ body: metadata({ issuer: tls.url }) });
    expect(await failure(tls.url)).toMatchObject({
      code: 'issuer_unreachable',
      members: { reason: 'egress_unreachable', breakage: 'tls' },
    });
    expect(tls.requests).toEqual([]);
    await tls.close();
  });

  it('D073 has https endpoints only, unless the issuer itself is in a private network', async () => {
    const issuer = 'https://as.example.com';
    const answered = {
      status: 200,
      headers: {},
      body: JSON.stringify({ issuer, token_endpoint: 'http://as.example.com/token' }),
    };
    const stand = { fetch: () => Promise.resolve(answered) } as unknown as Egress;
    expect(await failureOf<DiscoveryFailed>(fetchMetadata(stand, issuer))).toMatchObject({
      code: 'metadata_incomplete',
      members: { faults: ['token_endpoint begins with http://'] },
    });
    const internal = { ...answered, body: JSON.stringify({ issuer, token_endpoint: 'http://10.0.0.1/token' }) };
    const inside = { fetch: () => Promise.resolve(internal) } as unknown as Egress;
    expect(await failureOf(fetchMetadata(inside, issuer))).toMatchObject({
      members: { faults: ['token_endpoint is not https'] },
    });
  });

  it.each([
    'https://169.254.169.254/latest',
    'https://10.1.2.3',
    'https://[::1]',
    'https://[::ffff:127.0.0.1]',
    'https://[fd00::1]/tenant',
    'http://127.0.0.2:8080',
    'https://localhost:1',
  ])('D074 is not asked for at %s, which is inside', async (issuer) => {
    const strict = new Egress({ timeoutMs: 5_000 });
    expect(await failureOf(fetchMetadata(strict, issuer))).toMatchObject({
      code: 'issuer_unreachable',
      kind: 'invalid',
    });
    await strict.close();
  });

  it('D074 is no larger and no slower than it may be', async () => {
    server.answers({ body: `{"issuer": "${'a'.repeat(1_100_000)}"}` });
    expect(await failure()).toMatchObject({ members: { reason: 'egress_answer_too_large' } });
    const brief = new Egress({ allowedNetworks: ['127.0.0.1/32'], timeoutMs: 200 });
    server.answers((response) => void response.writeHead(200).write('{'));
    expect(await failureOf(fetchMetadata(brief, server.url))).toMatchObject({ members: { reason: 'egress_timeout' } });
    await brief.close();
  });

  it('D074 follows no redirect, and tells where it leads', async () => {
    const elsewhere = 'https://evil.example.com/.well-known/openid-configuration?secret=1';
    server.answers({ status: 302, headers: { location: elsewhere } });
    const refusal = await failure();
    expect(refusal).toMatchObject({ code: 'metadata_redirected' });
    expect(refusal.detail).toContain('https://evil.example.com/.well-known/openid-configuration;');
    expect(server.requests).toHaveLength(2);
  });

  it('is told to be missing only where neither address has it', async () => {
    server.answers(gone);
    const refusal = await failure();
    expect(refusal).toMatchObject({ code: 'issuer_has_no_metadata' });
    for (const address of wellKnownAddresses(server.url)) expect(refusal.detail).toContain(address);
  });

  it('is not asked for a second time where the issuer has trouble', async () => {
    server.answers({ status: 503 });
    expect(await failure()).toMatchObject({ code: 'issuer_in_trouble' });
    expect(server.requests).toHaveLength(1);
  });

  it('is no web page, and no JSON that is no object', async () => {
    server.answers({ headers: { 'content-type': 'text/html' }, body: '<html>Welcome</html>' });
    const refusal = await failure();
    expect(refusal).toMatchObject({ code: 'metadata_not_json' });
    expect(refusal.detail).toContain('text/html');
    for (const body of ['[]', '"a"', 'null']) {
      server.answers({ body });
      expect(await failure()).toMatchObject({ code: 'metadata_not_json' });
    }
  });

  it('is never a template, and has no member of a wrong form', async () => {
    server.answers({ body: metadata({ token_endpoint: `${server.url}/{{ client_secret }}` }) });
    expect(await failure()).toMatchObject({ members: { faults: ['token_endpoint has braces in it'] } });
    server.answers({ body: metadata({ scopes_supported: 'openid' }) });
    expect(await failure()).toMatchObject({ members: { faults: ['scopes_supported has a wrong form'] } });
  });

  it('may leave members out, write them as null, and have ones that nobody knows', async () => {
    server.answers({ body: metadata({ revocation_endpoint: null, made_up: { a: 1 } }) });
    const { metadata: read } = await found();
    expect(Object.entries(read).filter(([, value]) => value !== undefined)).toEqual(Object.entries(metadata()));
  });

  it.each([
    ['max-age=600', 600],
    ['public, max-age="60"', 60],
    ['s-maxage=1, Max-Age=5', 5],
    ['no-store', 0],
    ['no-cache, max-age=60', 0],
    ['private', null],
  ])('D075 holds for as long as its server says: %s', async (header, seconds) => {
    server.answers({ headers: { 'cache-control': header }, body: metadata() });
    expect((await found()).maxAgeSeconds).toBe(seconds);
  });
});
