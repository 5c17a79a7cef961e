import { KeyFiles, readAdminKey, readJwkSet } from '@lockkeeper/configuration';
import { ConsumerUsers } from '@lockkeeper/messaging';
import { KeyRing, PublicationOpener, type Secret } from '@lockkeeper/sealing';
import type { Settings } from './settings.js';

/** Every key that this workspace holds. None of them opens anything of credentials, or signs in its name. */
export interface WorkspaceKeys {
  keyRing: KeyRing;
  opener: PublicationOpener;
  firstAdminKey: Secret | null;
  /** Null where consumers hear nothing over NATS. */
  consumerUsers: ConsumerUsers | null;
}

/** Checks all key files at once. @throws SettingsInvalid naming the setting and the key's id, never a key */
export async function readWorkspaceKeys(settings: Settings): Promise<WorkspaceKeys> {
  const { files } = settings;
  const keyFiles = new KeyFiles('access-tokens');
  const keyRing = await keyFiles.take('ACCESS_TOKENS_KEY_RING_FILE', () => KeyRing.parse(files.keyRing));
  const decryption = await keyFiles.take('ACCESS_TOKENS_DECRYPTION_KEYS_FILE', () =>
    readJwkSet(files.decryptionKeys, { curve: 'X25519', secret: true }),
  );
  const verification = await keyFiles.take('CREDENTIALS_PUBLIC_KEYS_FILE', () =>
    readJwkSet(files.credentialsPublicKeys, { curve: 'Ed25519', secret: false }),
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
