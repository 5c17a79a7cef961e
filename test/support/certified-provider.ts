import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { TLSSocket } from 'node:tls';
import Provider, { type Configuration } from 'oidc-provider';

const TLS_FILE = (name: string): Buffer => readFileSync(new URL(`./tls/${name}`, import.meta.url));
const SCOPE = 'api:read';

/** A client that proves itself by client.pem of test/support/tls. */
export interface CertifiedClient {
  id: string;
  redirectUri: string;
  /** RFC 8705 section 3: its access tokens are good only together with the certificate. */
  boundTokens?: boolean;
}

/** What came to the addresses for certificates: the path, and the certificate that was shown. */
export interface ShownAt {
  path: string;
  fingerprint: string | null;
}

/**
 * An oidc-provider with two addresses, as RFC 8705 section 5 has them: one for browsers, where nobody is asked for a certificate, and one over TLS
 * where everybody is. Every consent is given at once, by `alice`.
 */
export class CertifiedProvider {
  readonly shown: ShownAt[] = [];

  private constructor(
    private readonly open: Server,
    private readonly certified: TlsServer,
    /** The issuer. */
    readonly url: string,
    readonly certifiedUrl: string,
  ) {}

  static async start(clients: CertifiedClient[]): Promise<CertifiedProvider> {
    const open = createServer();
    const certified = createTlsServer({
      key: TLS_FILE('server.key'),
      cert: TLS_FILE('server.pem'),
      ca: TLS_FILE('client.pem'),
      requestCert: true,
      rejectUnauthorized: false,
    });
    const [url, certifiedUrl] = [`http://${await listening(open)}`, `https://${await listening(certified)}`];
    const provider = new Provider(url, configuration(clients));
    provider.use(consentAtOnce(provider));
    const started = new CertifiedProvider(open, certified, url, certifiedUrl);
    open.on('request', provider.callback());
    certified.on('request', (request, response) => {
      started.shown.push({ path: request.url!.split('?')[0]!, fingerprint: fingerprintOf(request) });
      void provider.callback()(request, response);
    });
    return started;
  }

  async stop(): Promise<void> {
    const servers = [this.open as ReturnType<typeof createServer>, this.certified];
    const closed = servers.map((server) => once(server, 'close'));
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
    await Promise.all(closed);
  }
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const certificateOf = ({ socket }: IncomingMessage) =>
  socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
const fingerprintOf = (request: IncomingMessage): string | null => certificateOf(request)?.fingerprint256 ?? null;

function configuration(clients: CertifiedClient[]): Configuration {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'k1' }] } as never,
    cookies: { keys: ['of a test'] },
    clients: clients.map(({ id, redirectUri, boundTokens = false }) => ({
      client_id: id,
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: [redirectUri],
      id_token_signed_response_alg: 'ES256',
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_subject_dn: 'CN=client-1',
      tls_client_certificate_bound_access_tokens: boundTokens,
    })) as never,
    clientAuthMethods: ['tls_client_auth', 'none'],
    scopes: [SCOPE],
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    interactions: { url: (_ctx, { uid }) => `/consent/${uid}` },
    issueRefreshToken: async () => true,
    rotateRefreshToken: true,
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: async () => 'urn:api',
        useGrantedResource: async () => true,
        getResourceServerInfo: async () => ({
          scope: SCOPE,
          accessTokenFormat: 'jwt' as const,
          jwt: { sign: { alg: 'ES256' as const } },
        }),
      },
      mTLS: {
        enabled: true,
        certificateBoundAccessTokens: true,
        tlsClientAuth: true,
        getCertificate: (ctx) => certificateOf(ctx.req)?.toString(),
        certificateAuthorized: (ctx) => ctx.req.socket instanceof TLSSocket && ctx.req.socket.authorized,
        certificateSubjectMatches: (ctx, property, expected) =>
          property === 'tls_client_auth_subject_dn' && certificateOf(ctx.req)?.subject === expected,
      },
    },
  };
}

const consentAtOnce =
  (provider: Provider): Parameters<Provider['use']>[0] =>
  async (ctx, next) => {
    if (!ctx.path.startsWith('/consent/')) return next();
    const { params } = await provider.interactionDetails(ctx.req, ctx.res);
    const grant = new provider.Grant({ accountId: 'alice', clientId: String(params['client_id']) });
    grant.addOIDCScope(SCOPE);
    grant.addResourceScope('urn:api', SCOPE);
    const result = { login: { accountId: 'alice' }, consent: { grantId: await grant.save() } };
    await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
  };
