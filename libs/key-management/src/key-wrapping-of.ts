import { filePath, list } from '@lockkeeper/configuration';
import { isNetwork } from '@lockkeeper/egress';
import { FileKeyWrapping, type KeyWrapping, Secret } from '@lockkeeper/sealing';
import { z } from 'zod';
import { VaultTransit } from './vault-transit.js';

/** What opens the ring's wrapped keys; `none` where they lie there open. */
export const keyService = z.enum(['none', 'file', 'vault']).default('none');
export const vaultUrl = z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin);
export const vaultName = z.string().regex(/^[A-Za-z0-9._/-]{1,128}$/, 'is not a path or name of Vault’s');
export const networks = list.refine(
  (cidrs) => cidrs.every(isNetwork),
  'must be CIDRs such as 10.0.0.0/8, separated by commas',
);
export const keyFile = filePath.optional();

export interface KeyServiceSettings {
  service: z.output<typeof keyService>;
  /** The texts of the files. */
  keyFile: string | null;
  vaultTokenFile: string | null;
  vaultUrl: string | undefined;
  vaultKey: string;
  vaultMount: string;
  vaultNamespace: string | undefined;
  networks: readonly string[];
}

/** What is missing for the service that is named, by the settings' common beginning. */
export function keyServiceFaults(
  prefix: string,
  {
    service,
    keyFile: file,
    vaultTokenFile,
    vaultUrl: url,
  }: Record<'service' | 'keyFile' | 'vaultTokenFile' | 'vaultUrl', unknown>,
): string[] {
  if (service === 'file' && file === undefined) return [`${prefix}KMS=file needs ${prefix}KMS_KEY_FILE`];
  if (service === 'vault' && (url === undefined || vaultTokenFile === undefined))
    return [`${prefix}KMS=vault needs ${prefix}KMS_VAULT_URL and ${prefix}KMS_VAULT_TOKEN_FILE`];
  return [];
}

/** Null where keys lie open in the ring. @throws SealingError `key_ring_invalid` */
export function keyWrappingOf(settings: KeyServiceSettings): KeyWrapping | null {
  if (settings.service === 'none') return null;
  if (settings.service === 'file') return FileKeyWrapping.parse(settings.keyFile ?? '');
  return new VaultTransit({
    url: settings.vaultUrl!,
    token: new Secret((settings.vaultTokenFile ?? '').trim()),
    key: settings.vaultKey,
    mount: settings.vaultMount,
    namespace: settings.vaultNamespace,
    networks: settings.networks,
  });
}
