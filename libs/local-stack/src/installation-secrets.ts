import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type JWK, exportJWK, generateKeyPair } from 'jose';
import { createPrivateFile, privateDirectory } from './private-files.js';

/** Every file that an installation's two workspaces need besides NATS users and database passwords. */
const FILES = {
  credentialsKeyRing: 'credentials-key-ring.json',
  credentialsSigningKeys: 'credentials-signing-keys.json',
  credentialsPublicKeys: 'credentials-public-keys.json',
  credentialsAuditKeys: 'credentials-audit-keys.json',
  credentialsAuditPublicKeys: 'credentials-audit-public-keys.json',
  credentialsFirstAdminKey: 'credentials-first-admin-key',
  accessTokensKeyRing: 'access-tokens-key-ring.json',
  accessTokensDecryptionKeys: 'access-tokens-decryption-keys.json',
  accessTokensPublicKeys: 'access-tokens-public-keys.json',
  accessTokensAuditKeys: 'access-tokens-audit-keys.json',
  accessTokensAuditPublicKeys: 'access-tokens-audit-public-keys.json',
  accessTokensFirstAdminKey: 'access-tokens-first-admin-key',
} as const;

export type SecretFile = keyof typeof FILES;

/** Keys of one installation: drawn once, mode 600, never overwritten. Each workspace gets its own and the other's public ones. */
export class InstallationSecrets {
  private constructor(readonly directory: string) {}

  static async generate(directory: string): Promise<InstallationSecrets> {
    const secrets = new InstallationSecrets(await privateDirectory(directory));
    await Promise.all([
      secrets.create('credentialsKeyRing', keyRing),
      secrets.create('accessTokensKeyRing', keyRing),
      secrets.create('credentialsFirstAdminKey', () => adminKey('lkc_')),
      secrets.create('accessTokensFirstAdminKey', () => adminKey('lkt_')),
      secrets.createKeyPair('credentialsSigningKeys', 'credentialsPublicKeys', signingKey),
      secrets.createKeyPair('accessTokensDecryptionKeys', 'accessTokensPublicKeys', decryptionKey),
      secrets.createKeyPair('credentialsAuditKeys', 'credentialsAuditPublicKeys', signingKey),
      secrets.createKeyPair('accessTokensAuditKeys', 'accessTokensAuditPublicKeys', signingKey),
    ]);
    return secrets;
  }

  path(file: SecretFile): string {
    return join(this.directory, FILES[file]);
  }

  /** The settings of credentials that name these files. */
  get credentialsSettings(): Record<string, string> {
    return {
      CREDENTIALS_KEY_RING_FILE: this.path('credentialsKeyRing'),
      CREDENTIALS_SIGNING_KEYS_FILE: this.path('credentialsSigningKeys'),
      ACCESS_TOKENS_PUBLIC_KEYS_FILE: this.path('accessTokensPublicKeys'),
      CREDENTIALS_AUDIT_KEYS_FILE: this.path('credentialsAuditKeys'),
      CREDENTIALS_FIRST_ADMIN_KEY_FILE: this.path('credentialsFirstAdminKey'),
    };
  }

  /** The settings of access-tokens that name these files. */
  get accessTokensSettings(): Record<string, string> {
    return {
      ACCESS_TOKENS_KEY_RING_FILE: this.path('accessTokensKeyRing'),
      ACCESS_TOKENS_DECRYPTION_KEYS_FILE: this.path('accessTokensDecryptionKeys'),
      CREDENTIALS_PUBLIC_KEYS_FILE: this.path('credentialsPublicKeys'),
      ACCESS_TOKENS_AUDIT_KEYS_FILE: this.path('accessTokensAuditKeys'),
      ACCESS_TOKENS_FIRST_ADMIN_KEY_FILE: this.path('accessTokensFirstAdminKey'),
    };
  }

  async read(file: SecretFile): Promise<string> {
    return createPrivateFile(this.path(file), () => {
      throw new Error(`${this.path(file)} is missing`);
    });
  }

  private create(file: SecretFile, make: () => string | Promise<string>): Promise<string> {
    return createPrivateFile(this.path(file), make);
  }

  /** The public set is derived from the private one, also when only the public file was lost. */
  private async createKeyPair(
    privateFile: SecretFile,
    publicFile: SecretFile,
    draw: () => Promise<JWK>,
  ): Promise<void> {
    const set = await this.create(privateFile, async () => jwkSet([await draw()]));
    const { keys } = JSON.parse(set) as { keys: JWK[] };
    await this.create(publicFile, () => jwkSet(keys.map(({ d: _secret, ...publicPart }) => publicPart)));
  }
}

const signingKey = (): Promise<JWK> => drawKey('EdDSA', 'Ed25519', 'sig');
const decryptionKey = (): Promise<JWK> => drawKey('ECDH-ES', 'X25519', 'enc');

async function drawKey(alg: string, crv: string, use: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { crv, extractable: true });
  return { ...(await exportJWK(privateKey)), kid: keyId(), use, alg };
}

/** Says when it was made, and is never drawn twice. */
const keyId = (): string => `${new Date().toISOString().slice(0, 10)}-${randomBytes(4).toString('hex')}`;

const jwkSet = (keys: JWK[]): string => `${JSON.stringify({ keys }, null, 2)}\n`;

const keyRing = (): string =>
  `${JSON.stringify({ writing: 'k1', format: 'lks2', keys: { k1: randomBytes(32).toString('base64url') } }, null, 2)}\n`;

const adminKey = (prefix: string): string => `${prefix}${randomBytes(32).toString('base64url')}\n`;
