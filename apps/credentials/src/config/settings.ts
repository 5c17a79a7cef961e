import {
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
import { z } from 'zod';

const DAY_SECONDS = 86_400;

/** Every setting that this workspace reads, by its environment variable. `.env.example` lists the same names. */
export const SettingsSchema = z.object({
  CREDENTIALS_DATABASE_URL: postgresUrl,
  CREDENTIALS_DATABASE_POOL: wholeNumber(20, 4, 200),
  CREDENTIALS_HOST: z.string().min(1).default('127.0.0.1'),
  CREDENTIALS_PORT: wholeNumber(7101, 1, 65_535),
  /** Where browsers reach this workspace: the origin of redirect URIs and authorization links. */
  CREDENTIALS_PUBLIC_URL: origin.default('http://127.0.0.1:7101'),
  CREDENTIALS_KEY_RING_FILE: filePath,
  /** Private Ed25519 keys, a JWK set: publications are signed with the first one. */
  CREDENTIALS_SIGNING_KEYS_FILE: filePath,
  /** Public X25519 keys, a JWK set: publications are encrypted to the first one. */
  ACCESS_TOKENS_PUBLIC_KEYS_FILE: filePath,
  CREDENTIALS_FIRST_ADMIN_KEY_FILE: filePath.optional(),
  /** Rotated tokens that could not be saved yet are kept here, sealed. Must survive a restart; one folder for each replica. */
  CREDENTIALS_SPOOL_DIR: filePath,
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
  CREDENTIALS_LINK_TTL_SECONDS: wholeNumber(30, 5, 7 * DAY_SECONDS),
  /** How long a user may take from opening the link to the end of the consent. */
  CREDENTIALS_FLOW_TTL_SECONDS: wholeNumber(600, 30, DAY_SECONDS),
  CREDENTIALS_PROVIDER_TIMEOUT_SECONDS: wholeNumber(20, 1, 120),
  CREDENTIALS_LEASE_SECONDS: wholeNumber(60, 5, 600),
  CREDENTIALS_SCHEDULER_INTERVAL_MS: wholeNumber(1000, 50, 60_000),
  /** How many refreshes one replica has under way at once. */
  CREDENTIALS_SCHEDULER_SLOTS: wholeNumber(50, 1, 1000),
  LOG_LEVEL: logLevel,
});

type Parsed = z.infer<typeof SettingsSchema>;

/** The texts of the files that settings name. */
export interface SettingsFiles {
  keyRing: string;
  signingKeys: string;
  accessTokensPublicKeys: string;
  firstAdminKey: string | null;
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
      signingKeys: 'CREDENTIALS_SIGNING_KEYS_FILE',
      accessTokensPublicKeys: 'ACCESS_TOKENS_PUBLIC_KEYS_FILE',
      firstAdminKey: 'CREDENTIALS_FIRST_ADMIN_KEY_FILE',
    },
  });
  return Object.freeze(settings as Settings);
}

function relationFaults(settings: Parsed): string[] {
  const faults: string[] = [];
  if (settings.CREDENTIALS_LEASE_SECONDS < 2 * settings.CREDENTIALS_PROVIDER_TIMEOUT_SECONDS) {
    faults.push(
      'CREDENTIALS_LEASE_SECONDS must be at least twice CREDENTIALS_PROVIDER_TIMEOUT_SECONDS, or a slow answer outlives its lease',
    );
  }
  if (settings.CREDENTIALS_KEY_RING_FILE === settings.CREDENTIALS_SIGNING_KEYS_FILE) {
    faults.push(
      'CREDENTIALS_KEY_RING_FILE and CREDENTIALS_SIGNING_KEYS_FILE must be two files: one seals at rest, one signs what is published',
    );
  }
  return faults;
}
