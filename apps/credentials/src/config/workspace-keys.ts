import { KeyFiles, readAdminKey, readJwkSet } from '@lockkeeper/configuration';
import { type KeyServiceSettings, keyWrappingOf } from '@lockkeeper/key-management';
import { KeyRing, PublicationSealer, type Secret, StatementSigner } from '@lockkeeper/sealing';
import type { Settings } from './settings.js';

/** Every key that this workspace holds. */
export interface WorkspaceKeys {
  keyRing: KeyRing;
  sealer: PublicationSealer;
  /** Signs the ends of this workspace's audit log. */
  auditSigner: StatementSigner;
  firstAdminKey: Secret | null;
}

/** Checks all key files at once. @throws SettingsInvalid naming the setting and the key's id, never a key */
export async function readWorkspaceKeys(settings: Settings): Promise<WorkspaceKeys> {
  const { files } = settings;
  const keyFiles = new KeyFiles('credentials');
  const keyRing = await keyFiles.take('CREDENTIALS_KEY_RING_FILE', () =>
    KeyRing.load(files.keyRing, 'credentials', keyWrappingOf(keyServiceOf(settings))),
  );
  const signing = await keyFiles.take('CREDENTIALS_SIGNING_KEYS_FILE', () =>
    readJwkSet(files.signingKeys, { curve: 'Ed25519', secret: true }),
  );
  const recipients = await keyFiles.take('ACCESS_TOKENS_PUBLIC_KEYS_FILE', () =>
    readJwkSet(files.accessTokensPublicKeys, { curve: 'X25519', secret: false }),
  );
  const auditSigner = await keyFiles.take('CREDENTIALS_AUDIT_KEYS_FILE', () =>
    StatementSigner.fromJwkSet(readJwkSet(files.auditKeys, { curve: 'Ed25519', secret: true })),
  );
  const firstAdminKey = await keyFiles.take('CREDENTIALS_FIRST_ADMIN_KEY_FILE', () =>
    readAdminKey(files.firstAdminKey, 'lkc_'),
  );
  const both = 'CREDENTIALS_SIGNING_KEYS_FILE or ACCESS_TOKENS_PUBLIC_KEYS_FILE';
  const sealer =
    signing && recipients && (await keyFiles.take(both, () => PublicationSealer.fromJwkSets(signing, recipients)));
  keyFiles.assertAllGood();
  return { keyRing: keyRing!, sealer: sealer!, auditSigner: auditSigner!, firstAdminKey: firstAdminKey ?? null };
}

/** What opens the ring's wrapped keys. */
export const keyServiceOf = (settings: Settings): KeyServiceSettings => ({
  service: settings.CREDENTIALS_KMS,
  keyFile: settings.files.kmsKey,
  vaultTokenFile: settings.files.vaultToken,
  vaultUrl: settings.CREDENTIALS_KMS_VAULT_URL,
  vaultKey: settings.CREDENTIALS_KMS_VAULT_KEY,
  vaultMount: settings.CREDENTIALS_KMS_VAULT_MOUNT,
  vaultNamespace: settings.CREDENTIALS_KMS_VAULT_NAMESPACE,
  networks: settings.CREDENTIALS_KMS_NETWORKS,
});
