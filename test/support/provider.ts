import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer, Behaviour } from './provider-answers.js';
import { type GrantOutcome, type GrantRules, type ProviderClient, ProviderGrants } from './provider-grants.js';

/** Where requests arrive. The revocation doors are the forms that providers give it. */
export type Door = 'authorize' | 'device' | 'token' | 'revoke' | 'revoke-by-oauth-token' | 'revoke-by-get' | 'api';

export interface RecordedRequest {
  door: Door;
  method: string;
  /** Path and query. */
  url: string;
  query: Record<string, string>;
  headers: IncomingMessage['headers'];
  body: string;
  /** The body's parameters, if it was a form. */
  form: Record<string, string>;
  /** Milliseconds since the epoch. */
  at: number;
}

export interface ProviderOptions extends Partial<GrantRules> {
  /** Whether the authorization response names the issuer (RFC 9207). */
  sendsIssuer?: boolean;
  /** Whose consent an authorization is. */
  user?: string;
}

const RULES: GrantRules = {
  accessTokenSeconds: 3600,
  refreshTokens: 'rotate',
  reuseDetection: true,
  revocationTakes: 'token',
};

/**
 * An authorization server that does as it is told: real HTTP on loopback, every request recorded, and each door can be given
 * behaviours for its next requests. Without any it behaves.
 */
export class Provider {
  readonly client: ProviderClient = { id: `client-${random(6)}`, secret: `secret-${random(24)}` };
  readonly requests: RecordedRequest[] = [];
  readonly grants: ProviderGrants;
  sendsIssuer: boolean;
  user: string;
  /** A second client secret that counts, too: of a provider that lets two of them overlap. */
  alsoTakes: string | null = null;
  private readonly queued = new Map<Door, Behaviour[]>();
  private readonly standing = new Map<Door, Behaviour>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
    options: ProviderOptions,
  ) {
    const { sendsIssuer = false, user = 'alice', ...rules } = options;
    this.grants = new ProviderGrants({ ...RULES, ...rules });
    this.sendsIssuer = sendsIssuer;
    this.user = user;
    server.on('request', (request, response) => {
      // A caller that goes away in the middle of its request has no answer to miss.
      this.serve(request, response).catch(() => response.destroy());
    });
  }

  static async start(options: ProviderOptions = {}): Promise<Provider> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Provider(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, options);
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  address(door: Door): string {
    return `${this.url}/${door}`;
  }

  /** The door's next requests are answered so, one behaviour each; those after them as usual. */
  next(door: Door, ...behaviours: Behaviour[]): void {
    this.queued.set(door, [...(this.queued.get(door) ?? []), ...behaviours]);
  }

  /** Every request at the door is answered so, until it is set to null. */
  always(door: Door, behaviour: Behaviour | null): void {
    if (behaviour) this.standing.set(door, behaviour);
    else this.standing.delete(door);
  }

  requestsTo(door: Door): RecordedRequest[] {
    return this.requests.filter((request) => request.door === door);
  }

  /** Token requests with this grant type; of a URN, its last part. */
  tokenRequests(grantType: string): RecordedRequest[] {
    return this.requestsTo('token').filter((request) => request.form['grant_type']?.endsWith(grantType));
  }

  /** The tokens that it was asked to revoke, in that order. */
  tokensToRevoke(): string[] {
    return this.requestsTo('revoke').map(({ form }) => form['token']!);
  }

  /** What an admin of the provider does: from now on the client needs another secret. */
  changeClientSecret(): string {
    this.client.secret = `secret-${random(24)}`;
    return this.client.secret;
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await record(incoming);
    if (!request) return void response.writeHead(404).end();
    this.requests.push(request);
    const behave = (): Answer => this.behave(request);
    const behaviour = this.queued.get(request.door)?.shift() ?? this.standing.get(request.door) ?? behave;
    const given = await behaviour({ request, response, behave });
    if (given && !response.destroyed) response.writeHead(given.status, given.headers).end(given.body);
  }

  private behave(request: RecordedRequest): Answer {
    switch (request.door) {
      case 'authorize':
        return this.authorize(request.query);
      case 'device':
        return this.authenticated(request, () => json(200, this.grants.issueDeviceCode(this.url, request.form)));
      case 'token':
        return this.token(request);
      case 'revoke':
        return this.authenticated(request, () => this.revoke(request.form['token']));
      case 'revoke-by-oauth-token':
        return this.revoke(request.form['oauth_token']);
      case 'revoke-by-get':
        return this.revoke(request.query['token']);
      case 'api':
        return this.api(request);
    }
  }

  private authorize(query: Record<string, string>): Answer {
    const redirectUri = query['redirect_uri'] ?? '';
    const code = this.grants.issueCode({
      user: query['login_hint'] ?? this.user,
      scope: query['scope'] ?? '',
      redirectUri,
      challenge: query['code_challenge'] ?? null,
    });
    const location = new URL(redirectUri);
    location.search = new URLSearchParams({
      code,
      ...(query['state'] !== undefined && { state: query['state'] }),
      ...(this.sendsIssuer && { iss: this.url }),
    }).toString();
    return { status: 302, headers: { location: location.href } };
  }

  private token(request: RecordedRequest): Answer {
    return this.authenticated(request, () => {
      const { form } = request;
      if (form['grant_type'] === 'authorization_code') return tokenAnswer(this.grants.exchange(form));
      if (form['grant_type'] === 'refresh_token') return tokenAnswer(this.grants.refresh(form));
      if (form['grant_type'] === DEVICE) return tokenAnswer(this.grants.poll(form));
      if (USERLESS.has(form['grant_type'] ?? '')) return tokenAnswer(this.grants.issue(this.user, form));
      return json(400, { error: 'unsupported_grant_type' });
    });
  }

  /** Basic with form-urlencoded halves, or in the body; never both (RFC 6749 section 2.3). */
  private authenticated(request: RecordedRequest, then: () => Answer): Answer {
    const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const inBody = request.form['client_secret'] !== undefined;
    const [id, secret] = basic
      ? Buffer.from(basic, 'base64').toString('utf8').split(':').map(formDecode)
      : [request.form['client_id'], request.form['client_secret']];
    const known = secret !== undefined && [this.client.secret, this.alsoTakes].includes(secret);
    if ((basic && inBody) || id !== this.client.id || !known) {
      return json(401, { error: 'invalid_client' });
    }
    return then();
  }

  private revoke(token: string | undefined): Answer {
    if (!token) return json(400, { error: 'invalid_request' });
    this.grants.revoke(token);
    return { status: 200 };
  }

  private api({ method, headers }: RecordedRequest): Answer {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
    const user = this.grants.userOf(token);
    if (user === null)
      return json(401, { error: 'invalid_token' }, { 'www-authenticate': 'Bearer error="invalid_token"' });
    return json(200, { login: user, method });
  }
}

const DOORS: readonly string[] = [
  'authorize',
  'device',
  'token',
  'revoke',
  'revoke-by-oauth-token',
  'revoke-by-get',
  'api',
] satisfies Door[];

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
/** What a client may ask for by itself. */
const USERLESS = new Set([
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'urn:ietf:params:oauth:grant-type:token-exchange',
]);

/** Null for an address that is no door; the API has everything below its own. */
async function record(incoming: IncomingMessage): Promise<RecordedRequest | null> {
  const address = new URL(incoming.url ?? '/', 'http://provider');
  const door = address.pathname.split('/')[1] ?? '';
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString('utf8');
  if (!DOORS.includes(door)) return null;
  const isForm = incoming.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  return {
    door: door as Door,
    method: incoming.method ?? 'GET',
    url: incoming.url ?? '/',
    query: Object.fromEntries(address.searchParams),
    headers: incoming.headers,
    body,
    form: isForm ? Object.fromEntries(new URLSearchParams(body)) : {},
    at: Date.now(),
  };
}

const tokenAnswer = (outcome: GrantOutcome): Answer =>
  'error' in outcome
    ? json(400, { error: outcome.error })
    : json(200, outcome.members, { 'cache-control': 'no-store' });

const json = (status: number, body: object, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

const formDecode = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));
const random = (bytes: number): string => randomBytes(bytes).toString('base64url');
