import { createServer, type Server } from 'node:http';
import { mkdtemp, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CryptoKey, type JWK, SignJWT, exportJWK, generateKeyPair } from 'jose';

interface IssuerKey {
  kid: string;
  privateKey: CryptoKey;
  jwk: JWK;
}

/** An organisation's issuer that writes whatever a test wants into its tokens, and can be away. */
export class Issuer {
  /** Requests that it had, by path. */
  readonly asked: string[] = [];
  private away = false;

  private constructor(
    private readonly server: Server,
    private readonly key: IssuerKey,
  ) {}

  static async start(): Promise<Issuer> {
    const server = createServer((request, response) => {
      const answer = issuer.answerTo(request.url!);
      if (answer === null) return void response.destroy();
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    });
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: 'the-key', alg: 'ES256', use: 'sig' };
    const issuer = new Issuer(server, { kid: 'the-key', privateKey, jwk });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  goAway(): void {
    this.away = true;
  }

  /** Good for a minute, unless the claims say otherwise. */
  token(claims: Record<string, unknown>, header: Record<string, unknown> = {}): Promise<string> {
    const { kid, privateKey } = this.key;
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ iss: this.url, iat: now, exp: now + 60, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid, typ: 'at+jwt', ...header })
      .sign(privateKey);
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private answerTo(path: string): object | null {
    this.asked.push(path);
    if (this.away) return null;
    if (path === '/jwks') return { keys: [this.key.jwk] };
    return { issuer: this.url, jwks_uri: `${this.url}/jwks`, authorization_endpoint: `${this.url}/none` };
  }
}

export type Rule = Record<string, unknown>;

/** A file for …_JWT_RULES_FILE. */
export async function rulesFile(rules: Rule[]): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'lockkeeper-rules-')), 'rules.json');
  await writeFile(file, JSON.stringify(rules));
  return file;
}
