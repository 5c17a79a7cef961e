import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { succeeded } from '../support/api-client.js';
import { CertifiedProvider } from '../support/certified-provider.js';
import { everyRow, rowsOf } from '../support/database-copy.js';
import { type Connected, Desk } from '../support/desk.js';
import { eventually } from '../support/eventually.js';
import { registerClient } from '../support/sandbox-client.js';
import { System } from '../support/workspaces.js';

const TLS = (name: string): string => fileURLToPath(new URL(`../support/tls/${name}`, import.meta.url));
const pem = (name: string): string => readFileSync(TLS(name), 'utf8');
const DAY_MS = 86_400_000;

/** At real servers, from registration to a refresh: nobody here and there shares a secret. */
describe('Clients without a secret', () => {
  let system: System;
  let desk: Desk;

  beforeAll(async () => {
    system = await System.start({ env: { NODE_EXTRA_CA_CERTS: TLS('ca.pem') } });
    desk = new Desk(system);
  });
  afterAll(() => system?.stop());

  const register = async (input: { slug: string; clientId: string; manifest: object; clientCertificate?: object }) =>
    succeeded(await system.admin.post('/v1/api-services', input));

  describe('that sign assertions', () => {
    const manifestFor = (algorithm: string) => {
      const { url } = system.sandbox;
      return {
        manifest: 1,
        issuer: url,
        clientAuthentication: 'private_key_jwt',
        clientAssertion: { algorithm },
        authorize: { url: `${url}/auth`, scopes: ['api:read'] },
        token: { url: `${url}/token` },
        revoke: {
          request: { url: `${url}/token/revocation`, body: { parameters: { token: '{{ token }}' } } },
          effect: 'family',
        },
        test: { request: { url: `${url}/api/me` } },
      };
    };

    /** As the provider's admin does: with the address of the public keys, and no key. @returns the client's id */
    const registerAtSandbox = (slug: string, algorithm: string): Promise<string> =>
      registerClient(system.sandbox.url, {
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: algorithm,
        jwks_uri: `${system.credentialsUrl}/jwks/${slug}`,
        redirect_uris: [`${system.credentialsUrl}/callback/${slug}`],
      });

    it.each(['ES256', 'RS256', 'PS256', 'EdDSA'])(
      'D095 D096 D101 consent, refresh, rotate the key and revoke at a real server, by %s',
      async (algorithm) => {
        const slug = `signing-${algorithm.toLowerCase()}`;
        await register({ slug, clientId: 'not-known-yet', manifest: manifestFor(algorithm) });
        const clientId = await registerAtSandbox(slug, algorithm);
        succeeded(await system.admin.patch(`/v1/api-services/${slug}`, { clientId }));
        const connection = await desk.connect(slug);
        expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 2 });
        // The server remembers the keys that it knows for a while: until then the one before goes on signing.
        succeeded(await system.admin.post(`/v1/api-services/${slug}/keys/rotate`));
        expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 3 });
        await desk.revoke(connection);
        await desk.tells(connection, 'provider_revoked');
      },
    );

    it('D100 are told what is wrong where the server knows another algorithm', async () => {
      const slug = 'signing-otherwise';
      await register({ slug, clientId: 'not-known-yet', manifest: manifestFor('ES256') });
      const clientId = await registerAtSandbox(slug, 'RS256');
      succeeded(await system.admin.patch(`/v1/api-services/${slug}`, { clientId }));
      const connection = await desk.open(slug);
      expect((await desk.consent(connection)).status).toBeGreaterThanOrEqual(400);
      const { body } = await system.admin.get(`/v1/api-services/${slug}`);
      expect(body).toMatchObject({ status: 'client_fault', fault: { code: 'invalid_client' } });
    });
  });

  describe('that show a certificate', () => {
    const SLUG = 'certified';
    let provider: CertifiedProvider;
    let connection: Connected;
    const clientCertificate = { certificate: pem('client.pem'), privateKey: pem('client.key') };
    const { fingerprint256 } = new X509Certificate(clientCertificate.certificate);

    beforeAll(async () => {
      const redirectUri = (slug: string): string => `${system.credentialsUrl}/callback/${slug}`;
      provider = await CertifiedProvider.start([
        { id: 'client-1', redirectUri: redirectUri(SLUG) },
        { id: 'client-2', redirectUri: redirectUri('bound'), boundTokens: true },
      ]);
    });
    beforeEach(() => {
      provider.shown.length = 0;
    });
    afterAll(() => provider?.stop());

    const manifest = () => ({
      manifest: 1,
      issuer: provider.url,
      clientAuthentication: 'tls_client_auth',
      certificateBoundTokens: false,
      authorize: { url: `${provider.url}/auth`, scopes: ['api:read'] },
      token: { url: `${provider.url}/token` },
      revoke: {
        request: { url: `${provider.url}/token/revocation`, body: { parameters: { token: '{{ token }}' } } },
        tokens: ['refresh_token'],
      },
      mtlsEndpointAliases: {
        token: `${provider.certifiedUrl}/token`,
        revoke: `${provider.certifiedUrl}/token/revocation`,
      },
    });
    const view = async () => succeeded(await system.admin.get<Certified>(`/v1/api-services/${SLUG}`));
    interface Certified {
      status: string;
      fault: { code: string } | null;
      clientCertificate: { expiresAt: string; fingerprint: string };
      warnings: { pointer: string; problem: string }[];
    }
    /** What time does; the certificate of the tests lives for a century. */
    const endsIn = (days: number) =>
      rowsOf(
        system.databases.credentialsDatabaseUrl,
        `UPDATE api_services SET client_certificate_facts = jsonb_set(client_certificate_facts, '{expiresAt}', to_jsonb($2::text)) WHERE slug = $1`,
        [SLUG, new Date(Date.now() + days * DAY_MS).toISOString()],
      );
    const metric = async (): Promise<number> => {
      const text = await (await fetch(`${system.credentialsUrl}/metrics`)).text();
      return Number(/lockkeeper_client_certificate_seconds_left\{api_service="certified"\} (\S+)/.exec(text)?.[1]);
    };

    it('D103 D104 D105 consent and refresh over connections that show it, at the addresses for that', async () => {
      await register({ slug: SLUG, clientId: 'client-1', manifest: manifest(), clientCertificate });
      connection = await desk.connect(SLUG);
      expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 2 });
      const shown = { path: '/token', fingerprint: fingerprint256 };
      expect(provider.shown).toEqual([shown, shown]);
      expect(await desk.reads(connection, 2)).toMatchObject({ tokenType: 'Bearer' });
    });

    it('D103 are refused where the certificate is another one, and that is told as the client’s fault', async () => {
      const other = { certificate: pem('server.pem'), privateKey: pem('server.key') };
      succeeded(await system.admin.patch(`/v1/api-services/${SLUG}`, { clientCertificate: other }));
      const { id } = connection;
      await system.admin.post(`/v1/connections/${id}/refresh`);
      expect(await view()).toMatchObject({ status: 'client_fault', fault: { code: 'invalid_client' } });
      succeeded(await system.admin.patch(`/v1/api-services/${SLUG}`, { clientCertificate }));
      expect(await view()).toMatchObject({ status: 'active', fault: null });
      expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 3 });
    });

    it('D105 are warned of the certificate’s end: by the view, the log, the audit log and a metric, each distance once', async () => {
      expect([(await view()).warnings, (await metric()) > 365 * 86_400]).toEqual([[], true]);
      await endsIn(20);
      const audited = async () => {
        const { items } = succeeded(await system.admin.get<{ items: { action: string }[] }>('/v1/audit?limit=500'));
        return items.filter(({ action }) => action === 'api_service.certificate_expiring').length;
      };
      await eventually(async () => (await audited()) === 1, { what: 'the first warning is in the audit log' });
      await endsIn(5);
      await eventually(async () => (await audited()) === 2, { what: 'the second warning is in the audit log' });
      const warnings = (): number => system.logs.match(/client_certificate_expiring/g)?.length ?? 0;
      await eventually(() => warnings() >= 2, { what: 'the log tells of both' });
      expect(warnings()).toBe(2);
      expect((await view()).warnings).toEqual([
        { pointer: '/clientCertificate', problem: expect.stringMatching(/in [45] days/) },
      ]);
      expect(Math.round((await metric()) / 86_400)).toBe(5);
    });

    it('D105 send nothing once it is over, harm no grant, and go on with the next one', async () => {
      await endsIn(-1);
      await system.admin.post(`/v1/connections/${connection.id}/refresh`);
      expect(provider.shown).toEqual([]);
      expect(await view()).toMatchObject({ status: 'client_fault', fault: { code: 'client_certificate_expired' } });
      expect(await desk.look(connection)).toMatchObject({ status: 'active', version: 3 });
      succeeded(await system.admin.patch(`/v1/api-services/${SLUG}`, { clientCertificate }));
      expect((await view()).warnings).toEqual([]);
      expect(await desk.refresh(connection)).toMatchObject({ outcome: 'rotated', version: 4 });
    });

    it('revoke over such a connection, too', async () => {
      await desk.revoke(connection);
      await desk.tells(connection, 'provider_revoked');
      expect(provider.shown).toEqual([{ path: '/token/revocation', fingerprint: fingerprint256 }]);
    });

    it('take no token that is bound to it: no call could show the certificate, and the user is not told that all is well', async () => {
      await register({ slug: 'bound', clientId: 'client-2', manifest: manifest(), clientCertificate });
      const bound = await desk.open('bound');
      expect((await desk.consent(bound)).status).toBeGreaterThanOrEqual(400);
      const [failed] = await desk.timeline(bound);
      expect(failed).toMatchObject({
        event: 'authorization_failed',
        hint: expect.stringContaining('tls_client_certificate_bound_access_tokens'),
      });
      expect(await desk.look(bound)).toMatchObject({ status: 'pending', version: 0 });
    });
  });

  it('keep every private key sealed, and out of every log', async () => {
    const texts = [await everyRow(system.databases.credentialsDatabaseUrl), system.logs];
    for (const text of texts) expect(/PRIVATE KEY|"d\\?": ?\\?"[\w-]{20,}/.exec(text)).toBeNull();
  });
});
