import { createHash, randomBytes } from 'node:crypto';
import type { Browser } from './browser.js';

export interface ClientRegistration {
  issuer: string;
  clientId: string;
  clientSecret: string;
  redirectUri: string;
}

export interface TokenAnswer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** A plain OAuth client, to try an authorization server by hand: what Lockkeeper does for others, without any of its care. */
export class OAuthClient {
  constructor(private readonly registration: ClientRegistration) {}

  /** Walks the consent with the browser and exchanges the code. */
  async authorize(browser: Browser, parameters: Record<string, string> = {}): Promise<TokenAnswer> {
    const verifier = randomBytes(32).toString('base64url');
    const page = await browser.open(this.authorizationUrl(verifier, parameters));
    const allowed = await browser.submit(page, { form: 'allow', until: this.registration.redirectUri });
    const callback = new URL(allowed.hops.at(-1)!.location!);
    return this.exchange(callback.searchParams.get('code')!, verifier);
  }

  authorizationUrl(verifier: string, parameters: Record<string, string> = {}): string {
    const query = new URLSearchParams({
      client_id: this.registration.clientId,
      redirect_uri: this.registration.redirectUri,
      response_type: 'code',
      state: 'a-state',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...parameters,
    });
    return `${this.registration.issuer}/auth?${query}`;
  }

  async exchange(code: string, verifier: string): Promise<TokenAnswer> {
    const { redirectUri } = this.registration;
    return this.post('/token', {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    });
  }

  async refresh(refreshToken: string): Promise<TokenAnswer> {
    return this.post('/token', { grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  async revoke(token: string): Promise<TokenAnswer> {
    return this.post('/token/revocation', { token });
  }

  async introspect(token: string): Promise<TokenAnswer> {
    return this.post('/token/introspection', { token });
  }

  private async post(path: string, parameters: Record<string, string>): Promise<TokenAnswer> {
    const { issuer, clientId, clientSecret } = this.registration;
    const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64');
    const response = await fetch(`${issuer}${path}`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams(parameters),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text ? (JSON.parse(text) as object as Record<string, unknown>) : {},
    };
  }
}
