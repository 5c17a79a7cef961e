import {
  failPoint,
  filePath,
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

/** Every setting that this workspace reads, by its environment variable. `.env.example` lists the same names. */
export const SettingsSchema = z.object({
  ACCESS_TOKENS_DATABASE_URL: postgresUrl,
  /** The role that owns the tables, for migrations alone. Replicas do without where migrate.js is run before them. */
  ACCESS_TOKENS_DATABASE_OWNER_URL: postgresUrl.optional(),
  ACCESS_TOKENS_DATABASE_POOL: wholeNumber(20, 4, 200),
  /** For tokens that are remembered opened, so that reading them again doesn't ask the database. */
  ACCESS_TOKENS_MEMORY_MEGABYTES: wholeNumber(64, 1, 65_536),
  ACCESS_TOKENS_HOST: z.string().min(1).default('127.0.0.1'),
  /** Proxies in front, as addresses or CIDRs: what they say of where a request comes from is believed. */
  ACCESS_TOKENS_TRUSTED_PROXIES: list.refine(
    (proxies) => proxies.every(isNetwork),
    'must be CIDRs such as 10.0.0.0/8, separated by commas',
  ),
  ...accessShape('ACCESS_TOKENS'),
  ACCESS_TOKENS_PORT: wholeNumber(7102, 1, 65_535),
  /** Where browsers reach this workspace: the origin of its console. */
  ACCESS_TOKENS_PUBLIC_URL: origin.default('http://127.0.0.1:7102'),
  ACCESS_TOKENS_KEY_RING_FILE: filePath,
  /** What opens the ring's wrapped keys. */
  ACCESS_TOKENS_KMS: keyService,
  ACCESS_TOKENS_KMS_KEY_FILE: keyFile,
  ACCESS_TOKENS_KMS_VAULT_URL: vaultUrl.optional(),
  ACCESS_TOKENS_KMS_VAULT_TOKEN_FILE: keyFile,
  ACCESS_TOKENS_KMS_VAULT_KEY: vaultName.default('lockkeeper-access-tokens'),
  ACCESS_TOKENS_KMS_VAULT_MOUNT: vaultName.default('transit'),
  ACCESS_TOKENS_KMS_VAULT_NAMESPACE: vaultName.optional(),
  /** Private networks in which Vault may be, as CIDRs. */
  ACCESS_TOKENS_KMS_NETWORKS: networks,
  /** Private X25519 keys, a JWK set: what credentials publishes is encrypted to the public half of one of them. */
  ACCESS_TOKENS_DECRYPTION_KEYS_FILE: filePath,
  /** Public Ed25519 keys, a JWK set: only what was signed with one of them is taken in. */
  CREDENTIALS_PUBLIC_KEYS_FILE: filePath,
  /** Private Ed25519 keys, a JWK set: the audit log's ends are signed with the first one. */
  ACCESS_TOKENS_AUDIT_KEYS_FILE: filePath,
  ACCESS_TOKENS_FIRST_ADMIN_KEY_FILE: filePath.optional(),
  NATS_URL: z.string().min(1),
  ACCESS_TOKENS_NATS_CREDS_FILE: filePath.optional(),
  /** The scoped seed that signs consumers' NATS users, the account that they are in, and the NATS user that makes their durables: all three or none. */
  ACCESS_TOKENS_CONSUMERS_SIGNING_KEY_FILE: filePath.optional(),
  ACCESS_TOKENS_CONSUMERS_ACCOUNT_FILE: filePath.optional(),
  ACCESS_TOKENS_DURABLES_NATS_CREDS_FILE: filePath.optional(),
  /** Where consumers find the NATS server, if it isn't where this workspace finds it. */
  ACCESS_TOKENS_CONSUMERS_NATS_URL: z.string().min(1).optional(),
  /** How long a consumer's NATS user lives. Until then a consumer that lost everything can still connect, and read nothing. */
  ACCESS_TOKENS_NATS_USER_TTL_SECONDS: wholeNumber(900, 60, 86_400),
  /** How often a listener at /v1/events is told that nothing has happened; proxies end connections that say nothing. */
  ACCESS_TOKENS_EVENTS_HEARTBEAT_SECONDS: wholeNumber(15, 1, 60),
  /** A listener that takes nothing for this long, heartbeats included, is cut off, and comes back to where it was. */
  ACCESS_TOKENS_EVENTS_STALLED_SECONDS: wholeNumber(120, 3, 3600),
  /** What a webhook's endpoint has to answer a delivery. */
  ACCESS_TOKENS_WEBHOOK_SECONDS: wholeNumber(15, 1, 60),
  /** How long a reader may wait for a newer token before it is told why there is none. */
  ACCESS_TOKENS_REFRESH_DEADLINE_SECONDS: wholeNumber(10, 1, 60),
  /** A token that dies within this time isn't handed out: it would be dead before it is used. */
  ACCESS_TOKENS_CLOCK_MARGIN_SECONDS: wholeNumber(2, 0, 60),
  /** How often this database is compared with the stream of publications; a restored one catches up that way. */
  ACCESS_TOKENS_REPLAY_INTERVAL_SECONDS: wholeNumber(30, 1, 3600),
  /** Private networks that may be called, as CIDRs; plain http is accepted there, and only there. */
  EGRESS_ALLOWED_NETWORKS: list.refine(
    (networks) => networks.every(isNetwork),
    'must be CIDRs such as 10.0.0.0/8, separated by commas',
  ),
  /** For the whole of a call on behalf of a connection, to the last byte of its answer. */
  ACCESS_TOKENS_CALL_SECONDS: wholeNumber(120, 1, 3600),
  /** Until an answer begins, retries and waits included, where the caller names no deadline of its own. */
  ACCESS_TOKENS_CALL_DEADLINE_SECONDS: wholeNumber(30, 1, 3600),
  /** Largest body of a call and of its answer. */
  ACCESS_TOKENS_CALL_MEGABYTES: wholeNumber(256, 1, 65_536),
  /** Calls that one consumer may have under way at once, in each replica. */
  ACCESS_TOKENS_CALLS_PER_CONSUMER: wholeNumber(256, 1, 10_000),
  /** Calls that may be under way at once for one connection, in each replica. */
  ACCESS_TOKENS_CALLS_PER_CONNECTION: wholeNumber(128, 1, 10_000),
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
  decryptionKeys: string;
  credentialsPublicKeys: string;
  auditKeys: string;
  firstAdminKey: string | null;
  consumersSigningKey: string | null;
  consumersAccount: string | null;
}

export type Settings = Readonly<Parsed & { files: Readonly<SettingsFiles> }>;

/** @throws SettingsInvalid */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const settings = readEnvironment(environment, {
    workspace: 'access-tokens',
    schema: SettingsSchema,
    relations: relationFaults,
    files: {
      keyRing: 'ACCESS_TOKENS_KEY_RING_FILE',
      kmsKey: 'ACCESS_TOKENS_KMS_KEY_FILE',
      vaultToken: 'ACCESS_TOKENS_KMS_VAULT_TOKEN_FILE',
      decryptionKeys: 'ACCESS_TOKENS_DECRYPTION_KEYS_FILE',
      credentialsPublicKeys: 'CREDENTIALS_PUBLIC_KEYS_FILE',
      auditKeys: 'ACCESS_TOKENS_AUDIT_KEYS_FILE',
      firstAdminKey: 'ACCESS_TOKENS_FIRST_ADMIN_KEY_FILE',
      ...accessFiles('ACCESS_TOKENS'),
      consumersSigningKey: 'ACCESS_TOKENS_CONSUMERS_SIGNING_KEY_FILE',
      consumersAccount: 'ACCESS_TOKENS_CONSUMERS_ACCOUNT_FILE',
    },
    fileFaults: (files) => accessFileFaults(files, 'ACCESS_TOKENS', ACCESS_ROLES),
  });
  return Object.freeze(settings as Settings);
}

const NATS_USER_FILES = [
  'ACCESS_TOKENS_CONSUMERS_SIGNING_KEY_FILE',
  'ACCESS_TOKENS_CONSUMERS_ACCOUNT_FILE',
  'ACCESS_TOKENS_DURABLES_NATS_CREDS_FILE',
] as const;

function relationFaults(settings: Parsed): string[] {
  const faults: string[] = [...accessFaults(settings, 'ACCESS_TOKENS', ACCESS_ROLES), ...kmsFaults(settings)];
  const given = NATS_USER_FILES.filter((name) => settings[name] !== undefined);
  if (given.length > 0 && given.length < NATS_USER_FILES.length) {
    faults.push(`${NATS_USER_FILES.join(', ')} belong together: give all of them, or none`);
  }
  if (given.length > 0 && /:\/\/[^/]*@/.test(settings.ACCESS_TOKENS_CONSUMERS_NATS_URL ?? settings.NATS_URL)) {
    faults.push('ACCESS_TOKENS_CONSUMERS_NATS_URL must be a URL that consumers may see: without a user or password');
  }
  if (settings.ACCESS_TOKENS_KEY_RING_FILE === settings.ACCESS_TOKENS_DECRYPTION_KEYS_FILE) {
    faults.push(
      'ACCESS_TOKENS_KEY_RING_FILE and ACCESS_TOKENS_DECRYPTION_KEYS_FILE must be two files: one seals at rest, one opens what arrives',
    );
  }
  if (settings.ACCESS_TOKENS_CLOCK_MARGIN_SECONDS > settings.ACCESS_TOKENS_REFRESH_DEADLINE_SECONDS) {
    faults.push(
      'ACCESS_TOKENS_CLOCK_MARGIN_SECONDS must not be greater than ACCESS_TOKENS_REFRESH_DEADLINE_SECONDS, or who waited gets a token that counts as dead',
    );
  }
  if (settings.ACCESS_TOKENS_CALL_DEADLINE_SECONDS > settings.ACCESS_TOKENS_CALL_SECONDS) {
    faults.push(
      'ACCESS_TOKENS_CALL_DEADLINE_SECONDS must not be greater than ACCESS_TOKENS_CALL_SECONDS: an answer begins before it ends',
    );
  }
  return faults;
}

const kmsFaults = (settings: Parsed): string[] =>
  keyServiceFaults('ACCESS_TOKENS_', {
    service: settings.ACCESS_TOKENS_KMS,
    keyFile: settings.ACCESS_TOKENS_KMS_KEY_FILE,
    vaultTokenFile: settings.ACCESS_TOKENS_KMS_VAULT_TOKEN_FILE,
    vaultUrl: settings.ACCESS_TOKENS_KMS_VAULT_URL,
  });
