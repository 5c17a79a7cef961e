import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface TransitInput {
  plaintext?: string;
  ciphertext?: string;
  associated_data?: string;
}

const TOKEN = 'hvs.CAESIJ-test';

/**
 * The part of HashiCorp Vault that is asked here, with its wire format: `POST /v1/transit/encrypt|decrypt/:name` with `X-Vault-Token`, keys with
 * versions, associated data that has to be the same, and its errors. Values are really encrypted (AES-256-GCM, as aes256-gcm96 does).
 */
export class VaultServer {
  readonly token = TOKEN;
  readonly requests: { url: string; headers: IncomingMessage['headers'] }[] = [];
  /** As after a restart of Vault: 503 until somebody unseals it. */
  sealed = false;
  private readonly keys = new Map<string, Buffer[]>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<VaultServer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const vault = new VaultServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void vault.answer(request, response));
    return vault;
  }

  /** Makes the key, or its next version: `vault write -f transit/keys/:name/rotate`. */
  rotate(name: string): void {
    this.keys.set(name, [...(this.keys.get(name) ?? []), randomBytes(32)]);
  }

  /** What it would answer to whoever may ask, base64url. */
  opens(name: string, ciphertext: string, keyId: string): string {
    const input = { ciphertext, associated_data: Buffer.from(`lockkeeper key ${keyId}`).toString('base64') };
    const { plaintext } = decrypted(this.keys.get(name)!, input);
    return Buffer.from(plaintext, 'base64').toString('base64url');
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.push({ url: request.url!, headers: request.headers });
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const { status, body } = this.judge(request, text);
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify(body));
  }

  private judge(request: IncomingMessage, text: string): { status: number; body: object } {
    if (this.sealed) return { status: 503, body: { errors: ['Vault is sealed'] } };
    const [, verb, name] = /^\/v1\/transit\/(encrypt|decrypt)\/([\w-]+)$/.exec(request.url!) ?? [];
    if (request.headers['x-vault-token'] !== TOKEN) return { status: 403, body: { errors: ['permission denied'] } };
    if (request.method !== 'POST' || !verb) return { status: 404, body: { errors: [] } };
    const versions = this.keys.get(name!);
    if (!versions) return { status: 400, body: { errors: ['encryption key not found'] } };
    const input = JSON.parse(text) as TransitInput;
    try {
      const data = verb === 'encrypt' ? encrypted(versions, input) : decrypted(versions, input);
      const frame = { lease_id: '', renewable: false, lease_duration: 0, wrap_info: null, warnings: null, auth: null };
      return { status: 200, body: { request_id: 'a', ...frame, data } };
    } catch {
      return { status: 400, body: { errors: ['cipher: message authentication failed'] } };
    }
  }
}

function encrypted(versions: Buffer[], { plaintext, associated_data: aad = '' }: TransitInput): object {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', versions.at(-1)!, nonce);
  cipher.setAAD(Buffer.from(aad, 'base64'));
  const body = Buffer.concat([
    nonce,
    cipher.update(Buffer.from(plaintext!, 'base64')),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  return { ciphertext: `vault:v${versions.length}:${body.toString('base64')}`, key_version: versions.length };
}

function decrypted(versions: Buffer[], { ciphertext, associated_data: aad = '' }: TransitInput): { plaintext: string } {
  const [, version, text] = /^vault:v(\d+):(.+)$/.exec(ciphertext!)!;
  const bytes = Buffer.from(text!, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', versions[Number(version) - 1]!, bytes.subarray(0, 12));
  decipher.setAAD(Buffer.from(aad, 'base64'));
  decipher.setAuthTag(bytes.subarray(-16));
  const plain = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
  return { plaintext: plain.toString('base64') };
}
