import { setTimeout as pause } from 'node:timers/promises';
import { Egress, type EgressAnswer } from '@lockkeeper/egress';
import { boundTo, type KeyWrapping, type Secret } from '@lockkeeper/sealing';
import { KeyServiceRefused, KeyServiceUnavailable } from './key-management.errors.js';

export interface VaultTransitOptions {
  /** The origin of Vault or OpenBao: `https://vault.example.com:8200` */
  url: string;
  token: Secret;
  /** The name of the transit key, of type aes256-gcm96 or chacha20-poly1305. */
  key: string;
  /** Where the transit engine is mounted. */
  mount: string;
  namespace?: string | undefined;
  /** CIDRs of private networks in which Vault may be. */
  networks?: readonly string[];
  /** Between tries while it is away. */
  pauseMs?: number;
}

const TRIES = 5;
const PAUSE_MS = 1000;

/**
 * HashiCorp Vault's transit engine, over HTTP: the ring's keys are wrapped by a key that never leaves Vault. Asked at boot and when a key is
 * added, never for a value; Vault being away later harms nobody.
 */
export class VaultTransit implements KeyWrapping {
  readonly name = 'vault';
  private readonly egress: Egress;

  constructor(private readonly options: VaultTransitOptions) {
    this.egress = new Egress({ allowedNetworks: options.networks ?? [], timeoutMs: 5000 });
  }

  /** @returns `vault:v1:…`; the number is the transit key's version */
  async wrap(key: Buffer, keyId: string): Promise<string> {
    return this.ask('encrypt', { keyId, input: { plaintext: key.toString('base64') }, wanted: 'ciphertext' });
  }

  /** @throws KeyServiceUnavailable after some tries, KeyServiceRefused */
  async unwrap(wrapped: string, keyId: string): Promise<Buffer> {
    const plain = await this.ask('decrypt', { keyId, input: { ciphertext: wrapped }, wanted: 'plaintext' });
    return Buffer.from(plain, 'base64');
  }

  close(): Promise<void> {
    return this.egress.close();
  }

  private async ask(verb: 'encrypt' | 'decrypt', question: Question): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return read(await this.send(verb, question), question);
      } catch (error) {
        if (!(error instanceof KeyServiceUnavailable) || attempt >= TRIES) throw error;
        await pause(this.options.pauseMs ?? PAUSE_MS);
      }
    }
  }

  private async send(verb: string, { keyId, input }: Question): Promise<EgressAnswer> {
    const { url, mount, key, token, namespace } = this.options;
    const body = JSON.stringify({ ...input, associated_data: boundTo(keyId).toString('base64') });
    const headers = {
      'content-type': 'application/json',
      'x-vault-request': 'true',
      'x-vault-token': token.reveal(),
      ...(namespace !== undefined && { 'x-vault-namespace': namespace }),
    };
    try {
      return await this.egress.fetch(`${url}/v1/${mount}/${verb}/${encodeURIComponent(key)}`, {
        method: 'POST',
        headers,
        body,
      });
    } catch (cause) {
      throw new KeyServiceUnavailable(keyId, cause instanceof Error ? cause.message : 'no answer came', cause);
    }
  }
}

interface Question {
  keyId: string;
  input: { plaintext: string } | { ciphertext: string };
  wanted: 'plaintext' | 'ciphertext';
}

interface VaultAnswer {
  data?: Partial<Record<'plaintext' | 'ciphertext', string>>;
  errors?: string[];
}

/** 503: sealed; 429, 472, 473: a standby that does not serve; 412: not caught up yet (Vault's API, "HTTP status codes"). */
const MAY_PASS = [412, 429, 472, 473];

function read({ status, body }: EgressAnswer, { keyId, wanted }: Question): string {
  const answer = parsed(body);
  const told = (answer.errors ?? []).join('; ') || 'without a reason';
  if (status >= 500 || MAY_PASS.includes(status))
    throw new KeyServiceUnavailable(keyId, `it answered ${status}, ${told}`);
  const value = answer.data?.[wanted];
  if (status !== 200 || typeof value !== 'string') throw new KeyServiceRefused(keyId, `it answered ${status}, ${told}`);
  return value;
}

function parsed(body: string): VaultAnswer {
  try {
    return JSON.parse(body) as VaultAnswer;
  } catch {
    return {}; // A proxy's page; the status says enough.
  }
}
