import { KeyFiles, readAdminKey, readJwkSet } from '@lockkeeper/configuration';
import { KeyRing, PublicationSealer, type Secret } from '@lockkeeper/sealing';
import type { Settings } from './settings.js';

/** Every key that this workspace holds. */
export interface WorkspaceKeys {
  keyRing: KeyRing;
  sealer: PublicationSealer;
  firstAdminKey: Secret | null;
}

/** Checks all key files at once. @throws SettingsInvalid naming the setting and the key's id, never a key */
export async function readWorkspaceKeys({ files }: Settings): Promise<WorkspaceKeys> {
  const keyFiles = new KeyFiles('credentials');
  const keyRing = await keyFiles.take('CREDENTIALS_KEY_RING_FILE', () => KeyRing.parse(files.keyRing));
  const signing = await keyFiles.take('CREDENTIALS_SIGNING_KEYS_FILE', () =>
    readJwkSet(files.signingKeys, { curve: 'Ed25519', secret: true }),
  );
  const recipients = await keyFiles.take('ACCESS_TOKENS_PUBLIC_KEYS_FILE', () =>
    readJwkSet(files.accessTokensPublicKeys, { curve: 'X25519', secret: false }),
  );
  const firstAdminKey = await keyFiles.take('CREDENTIALS_FIRST_ADMIN_KEY_FILE', () =>
    readAdminKey(files.firstAdminKey, 'lkc_'),
  );
  const both = 'CREDENTIALS_SIGNING_KEYS_FILE or ACCESS_TOKENS_PUBLIC_KEYS_FILE';
  const sealer =
    signing && recipients && (await keyFiles.take(both, () => PublicationSealer.fromJwkSets(signing, recipients)));
  keyFiles.assertAllGood();
  return { keyRing: keyRing!, sealer: sealer!, firstAdminKey: firstAdminKey ?? null };
}
