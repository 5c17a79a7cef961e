import { KeyFiles, readAdminKey, readJwkSet } from '@lockkeeper/configuration';
import { type KeyServiceSettings, keyWrappingOf } from '@lockkeeper/key-management';
import { ConsumerUsers } from '@lockkeeper/messaging';
import { KeyRing, PublicationOpener, type Secret, StatementSigner } from '@lockkeeper/sealing';
import type { Settings } from './settings.js';

/** Every key that this workspace holds. None of them opens anything of credentials, or signs in its name. */
export interface WorkspaceKeys {
  keyRing: KeyRing;
  opener: PublicationOpener;
  /** Signs the ends of this workspace's audit log. */
  auditSigner: StatementSigner;
  firstAdminKey: Secret | null;
  /** Null where consumers hear nothing over NATS. */
  consumerUsers: ConsumerUsers | null;
}

/** Checks all key files at once. @throws SettingsInvalid naming the setting and the key's id, never a key */
export async function readWorkspaceKeys(settings: Settings): Promise<WorkspaceKeys> {
  const { files } = settings;
  const keyFiles = new KeyFiles('access-tokens');
  const keyRing = await keyFiles.take('ACCESS_TOKENS_KEY_RING_FILE', () =>
    KeyRing.load(files.keyRing, 'access-tokens', keyWrappingOf(keyServiceOf(settings))),
  );
  const decryption = await keyFiles.take('ACCESS_TOKENS_DECRYPTION_KEYS_FILE', () =>
    readJwkSet(files.decryptionKeys, { curve: 'X25519', secret: true }),
  );
  const verification = await keyFiles.take('CREDENTIALS_PUBLIC_KEYS_FILE', () =>
    readJwkSet(files.credentialsPublicKeys, { curve: 'Ed25519', secret: false }),
  );
  const auditSigner = await keyFiles.take('ACCESS_TOKENS_AUDIT_KEYS_FILE', () =>
    StatementSigner.fromJwkSet(readJwkSet(files.auditKeys, { curve: 'Ed25519', secret: true })),
  );
  const firstAdminKey = await keyFiles.take('ACCESS_TOKENS_FIRST_ADMIN_KEY_FILE', () =>
    readAdminKey(files.firstAdminKey, 'lkt_'),
  );
  const both = 'ACCESS_TOKENS_DECRYPTION_KEYS_FILE or CREDENTIALS_PUBLIC_KEYS_FILE';
  const opener =
    decryption &&
    verification &&
    (await keyFiles.take(both, () => PublicationOpener.fromJwkSets(decryption, verification)));
  const consumerUsers = await keyFiles.take(
    'ACCESS_TOKENS_CONSUMERS_SIGNING_KEY_FILE or ACCESS_TOKENS_CONSUMERS_ACCOUNT_FILE',
    () => readConsumerUsers(settings),
  );
  keyFiles.assertAllGood();
  return {
    keyRing: keyRing!,
    opener: opener!,
    auditSigner: auditSigner!,
    firstAdminKey: firstAdminKey ?? null,
    consumerUsers: consumerUsers ?? null,
  };
}

function readConsumerUsers(settings: Settings): ConsumerUsers | null {
  const { consumersSigningKey, consumersAccount } = settings.files;
  if (consumersSigningKey === null || consumersAccount === null) return null;
  return ConsumerUsers.parse(consumersSigningKey, consumersAccount, {
    url: settings.ACCESS_TOKENS_CONSUMERS_NATS_URL ?? settings.NATS_URL,
    lifetimeSeconds: settings.ACCESS_TOKENS_NATS_USER_TTL_SECONDS,
  });
}

/** What opens the ring's wrapped keys. */
export const keyServiceOf = (settings: Settings): KeyServiceSettings => ({
  service: settings.ACCESS_TOKENS_KMS,
  keyFile: settings.files.kmsKey,
  vaultTokenFile: settings.files.vaultToken,
  vaultUrl: settings.ACCESS_TOKENS_KMS_VAULT_URL,
  vaultKey: settings.ACCESS_TOKENS_KMS_VAULT_KEY,
  vaultMount: settings.ACCESS_TOKENS_KMS_VAULT_MOUNT,
  vaultNamespace: settings.ACCESS_TOKENS_KMS_VAULT_NAMESPACE,
  networks: settings.ACCESS_TOKENS_KMS_NETWORKS,
});
