import {
  failPoint,
  filePath,
  httpUrl,
  list,
  logLevel,
  origin,
  postgresUrl,
  readEnvironment,
  wholeNumber,
} from '@lockkeeper/configuration';
import { isNetwork } from '@lockkeeper/egress';
import { type AccessFiles, accessFaults, accessFileFaults, accessFiles, accessShape } from '@lockkeeper/sign-in';
import { keyFile, keyService, keyServiceFaults, networks, vaultName, vaultUrl } from '@lockkeeper/key-management';
import { z } from 'zod';
import { ACCESS_ROLES } from '../access/roles.js';

const DAY_SECONDS = 86_400;

/** Every setting that this workspace reads, by its environment variable. `.env.example` lists the same names. */
export const SettingsSchema = z.object({
  CREDENTIALS_DATABASE_URL: postgresUrl,
  /** The role that owns the tables, for migrations alone. Replicas do without where migrate.js is run before them. */
  CREDENTIALS_DATABASE_OWNER_URL: postgresUrl.optional(),
  CREDENTIALS_DATABASE_POOL: wholeNumber(20, 4, 200),
  CREDENTIALS_HOST: z.string().min(1).default('127.0.0.1'),
  /** Proxies in front, as addresses or CIDRs: what they say of where a request comes from is believed. */
  CREDENTIALS_TRUSTED_PROXIES: list.refine(
    (proxies) => proxies.every(isNetwork),
    'must be CIDRs such as 10.0.0.0/8, separated by commas',
  ),
  ...accessShape('CREDENTIALS'),
  CREDENTIALS_PORT: wholeNumber(7101, 1, 65_535),
  /** Where browsers reach this workspace: the origin of redirect URIs and authorization links. */
  CREDENTIALS_PUBLIC_URL: origin.default('http://127.0.0.1:7101'),
  CREDENTIALS_KEY_RING_FILE: filePath,
  /** What opens the ring's wrapped keys. */
  CREDENTIALS_KMS: keyService,
  CREDENTIALS_KMS_KEY_FILE: keyFile,
  CREDENTIALS_KMS_VAULT_URL: vaultUrl.optional(),
  CREDENTIALS_KMS_VAULT_TOKEN_FILE: keyFile,
  CREDENTIALS_KMS_VAULT_KEY: vaultName.default('lockkeeper-credentials'),
  CREDENTIALS_KMS_VAULT_MOUNT: vaultName.default('transit'),
  CREDENTIALS_KMS_VAULT_NAMESPACE: vaultName.optional(),
  /** Private networks in which Vault may be, as CIDRs. */
  CREDENTIALS_KMS_NETWORKS: networks,
  /** Private Ed25519 keys, a JWK set: publications are signed with the first one. */
  CREDENTIALS_SIGNING_KEYS_FILE: filePath,
  /** Public X25519 keys, a JWK set: publications are encrypted to the first one. */
  ACCESS_TOKENS_PUBLIC_KEYS_FILE: filePath,
  /** Private Ed25519 keys, a JWK set: the audit log's ends are signed with the first one. */
  CREDENTIALS_AUDIT_KEYS_FILE: filePath,
  CREDENTIALS_FIRST_ADMIN_KEY_FILE: filePath.optional(),
  /** Rotated tokens that could not be saved yet are kept here, sealed. Must survive a restart; one folder for each replica. */
  CREDENTIALS_SPOOL_DIR: filePath,
  /** How much of that folder may be used; at the bound no refresh begins. */
  CREDENTIALS_SPOOL_MEGABYTES: wholeNumber(64, 1, 65_536),
  /** How long the ledger tells of refreshes that are over. */
  CREDENTIALS_LEDGER_DAYS: wholeNumber(90, 1, 3650),
  NATS_URL: z.string().min(1),
  CREDENTIALS_NATS_CREDS_FILE: filePath.optional(),
  /** Private networks that may be called, as CIDRs; plain http is accepted there, and only there. */
  EGRESS_ALLOWED_NETWORKS: list.refine(
    (networks) => networks.every(isNetwork),
    'must be CIDRs such as 10.0.0.0/8, separated by commas',
  ),
  /** Where browsers may be sent after a consent. */
  CREDENTIALS_RETURN_URL_ORIGINS: list.pipe(z.array(origin)),
  /** Where the catalogue's `sandbox` lives; without it, the catalogue has none. */
  CREDENTIALS_SANDBOX_URL: httpUrl.optional(),
  /** Who asks, on the pages that end users see. */
  CREDENTIALS_ORGANISATION_NAME: z.string().min(1).max(80).default('Lockkeeper'),
  CREDENTIALS_ORGANISATION_COLOUR: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour such as #1f5fbf')
    .default('#1f5fbf'),
  CREDENTIALS_LINK_TTL_SECONDS: wholeNumber(30, 5, 7 * DAY_SECONDS),
  /** How long a user may take from opening the link to the end of the consent. */
  CREDENTIALS_FLOW_TTL_SECONDS: wholeNumber(600, 30, DAY_SECONDS),
  /** The mail server by which users are asked to reauthorize; without it, nobody is by e-mail. */
  CREDENTIALS_SMTP_HOST: z.string().min(1).optional(),
  CREDENTIALS_SMTP_PORT: wholeNumber(587, 1, 65_535),
  /** `starttls` must succeed; `tls` from the first byte on; `none` for a server on this machine or in a network of one's own. */
  CREDENTIALS_SMTP_SECURITY: z.enum(['starttls', 'tls', 'none']).default('starttls'),
  CREDENTIALS_SMTP_USER: z.string().min(1).optional(),
  CREDENTIALS_SMTP_PASSWORD_FILE: filePath.optional(),
  CREDENTIALS_MAIL_FROM: z.email().optional(),
  /** How long the link in a notice lives: people read mail later. */
  CREDENTIALS_NOTICE_LINK_HOURS: wholeNumber(72, 1, 168),
  CREDENTIALS_PROVIDER_TIMEOUT_SECONDS: wholeNumber(20, 1, 120),
  CREDENTIALS_LEASE_SECONDS: wholeNumber(60, 5, 600),
  /** How often an issuer's metadata is looked at again, whatever its Cache-Control says: not sooner, */
  CREDENTIALS_METADATA_AT_LEAST_SECONDS: wholeNumber(300, 1, DAY_SECONDS),
  /** and not later. */
  CREDENTIALS_METADATA_AT_MOST_SECONDS: wholeNumber(DAY_SECONDS, 1, 7 * DAY_SECONDS),
  CREDENTIALS_SCHEDULER_INTERVAL_MS: wholeNumber(1000, 50, 60_000),
  /** How many refreshes one replica has under way at once. */
  CREDENTIALS_SCHEDULER_SLOTS: wholeNumber(100, 1, 1000),
  /** Only with NODE_ENV=test: where this process ends, or freezes, in the middle of its work. */
  LOCKKEEPER_FAIL_POINT: failPoint,
  LOG_LEVEL: logLevel,
});

type Parsed = z.infer<typeof SettingsSchema>;

/** The texts of the files that settings name. */
export interface SettingsFiles extends AccessFiles {
  keyRing: string;
  kmsKey: string | null;
  vaultToken: string | null;
  signingKeys: string;
  accessTokensPublicKeys: string;
  auditKeys: string;
  firstAdminKey: string | null;
  smtpPassword: string | null;
}

export type Settings = Readonly<Parsed & { files: Readonly<SettingsFiles> }>;

/** @throws SettingsInvalid */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const settings = readEnvironment(environment, {
    workspace: 'credentials',
    schema: SettingsSchema,
    relations: relationFaults,
    files: {
      keyRing: 'CREDENTIALS_KEY_RING_FILE',
      kmsKey: 'CREDENTIALS_KMS_KEY_FILE',
      vaultToken: 'CREDENTIALS_KMS_VAULT_TOKEN_FILE',
      signingKeys: 'CREDENTIALS_SIGNING_KEYS_FILE',
      accessTokensPublicKeys: 'ACCESS_TOKENS_PUBLIC_KEYS_FILE',
      auditKeys: 'CREDENTIALS_AUDIT_KEYS_FILE',
      firstAdminKey: 'CREDENTIALS_FIRST_ADMIN_KEY_FILE',
      ...accessFiles('CREDENTIALS'),
      smtpPassword: 'CREDENTIALS_SMTP_PASSWORD_FILE',
    },
    fileFaults: (files) => accessFileFaults(files, 'CREDENTIALS', ACCESS_ROLES),
  });
  return Object.freeze(settings as Settings);
}

function relationFaults(settings: Parsed): string[] {
  const faults: string[] = [...accessFaults(settings, 'CREDENTIALS', ACCESS_ROLES), ...kmsFaults(settings)];
  if (settings.CREDENTIALS_LEASE_SECONDS < 2 * settings.CREDENTIALS_PROVIDER_TIMEOUT_SECONDS) {
    faults.push(
      'CREDENTIALS_LEASE_SECONDS must be at least twice CREDENTIALS_PROVIDER_TIMEOUT_SECONDS, or a slow answer outlives its lease',
    );
  }
  if (settings.CREDENTIALS_METADATA_AT_LEAST_SECONDS > settings.CREDENTIALS_METADATA_AT_MOST_SECONDS) {
    faults.push('CREDENTIALS_METADATA_AT_LEAST_SECONDS must not be more than CREDENTIALS_METADATA_AT_MOST_SECONDS');
  }
  if ((settings.CREDENTIALS_SMTP_HOST === undefined) !== (settings.CREDENTIALS_MAIL_FROM === undefined)) {
    faults.push('CREDENTIALS_SMTP_HOST and CREDENTIALS_MAIL_FROM belong together: give both, or none');
  }
  if ((settings.CREDENTIALS_SMTP_USER === undefined) !== (settings.CREDENTIALS_SMTP_PASSWORD_FILE === undefined)) {
    faults.push('CREDENTIALS_SMTP_USER and CREDENTIALS_SMTP_PASSWORD_FILE belong together: give both, or none');
  }
  if (settings.CREDENTIALS_SMTP_USER !== undefined && settings.CREDENTIALS_SMTP_SECURITY === 'none') {
    faults.push(
      'CREDENTIALS_SMTP_SECURITY must not be none where CREDENTIALS_SMTP_USER is given: the password would travel in the clear',
    );
  }
  if (settings.CREDENTIALS_KEY_RING_FILE === settings.CREDENTIALS_SIGNING_KEYS_FILE) {
    faults.push(
      'CREDENTIALS_KEY_RING_FILE and CREDENTIALS_SIGNING_KEYS_FILE must be two files: one seals at rest, one signs what is published',
    );
  }
  return faults;
}

const kmsFaults = (settings: Parsed): string[] =>
  keyServiceFaults('CREDENTIALS_', {
    service: settings.CREDENTIALS_KMS,
    keyFile: settings.CREDENTIALS_KMS_KEY_FILE,
    vaultTokenFile: settings.CREDENTIALS_KMS_VAULT_TOKEN_FILE,
    vaultUrl: settings.CREDENTIALS_KMS_VAULT_URL,
  });
