import { z } from 'zod';

/** What a sandbox is started with. Every field has a default, so that `startSandbox({})` is a working one on a free port. */
export interface SandboxSettings {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** The issuer, as others reach it; null: `http://<host>:<port>`. */
  url: string | null;
  /** Secret of the pre-registered client; null: one is generated. */
  clientSecret: string | null;
  /** Origins whose `/callback/<slug>` the pre-registered client may be sent back to. */
  redirectOrigins: string[];
  accessTokenSeconds: number;
  /** Whether a refresh answers with a new refresh token and takes the old one out of use. */
  rotation: boolean;
  /** Where to keep everything between two runs; null: forgotten with the process. */
  stateFile: string | null;
  logLevel: 'info' | 'warn' | 'error' | 'silent';
}

const DEFAULTS: SandboxSettings = {
  host: '127.0.0.1',
  port: 0,
  url: null,
  clientSecret: null,
  redirectOrigins: ['http://127.0.0.1:7101', 'http://localhost:7101'],
  accessTokenSeconds: 60,
  rotation: true,
  stateFile: null,
  logLevel: 'silent',
};

export const settingsFrom = (given: Partial<SandboxSettings>): SandboxSettings => ({ ...DEFAULTS, ...given });

const empty = (value: unknown): unknown => (value === '' ? undefined : value);
const origin = z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin);

/** Every setting, by its environment variable. `.env.example` lists the same names. */
export const SettingsSchema = z.object({
  SANDBOX_HOST: z.preprocess(empty, z.string().default(DEFAULTS.host)),
  SANDBOX_PORT: z.preprocess(empty, z.coerce.number().int().min(0).max(65535).default(7103)),
  SANDBOX_URL: z.preprocess(
    empty,
    z
      .url({ protocol: /^https?$/ })
      .nullable()
      .default(null),
  ),
  SANDBOX_CLIENT_SECRET: z.preprocess(empty, z.string().min(16).nullable().default(null)),
  SANDBOX_REDIRECT_ORIGINS: z.preprocess(
    empty,
    z
      .string()
      .default(DEFAULTS.redirectOrigins.join(','))
      .transform((list) => list.split(',').map((each) => each.trim()))
      .pipe(z.array(origin)),
  ),
  SANDBOX_ACCESS_TOKEN_SECONDS: z.preprocess(
    empty,
    z.coerce.number().int().min(1).max(86_400).default(DEFAULTS.accessTokenSeconds),
  ),
  SANDBOX_ROTATION: z.preprocess(empty, z.enum(['on', 'off']).default('on')),
  SANDBOX_STATE_FILE: z.preprocess(empty, z.string().nullable().default(null)),
  LOG_LEVEL: z.preprocess(empty, z.enum(['info', 'warn', 'error', 'silent']).catch('info').default('info')),
});

/** @throws Error naming every setting that is wrong, never its value */
export function settingsFromEnvironment(variables: NodeJS.ProcessEnv): SandboxSettings {
  const parsed = SettingsSchema.safeParse(variables);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The sandbox's settings are refused:\n${faults.join('\n')}`);
  }
  const given = parsed.data;
  return {
    host: given.SANDBOX_HOST,
    port: given.SANDBOX_PORT,
    url: given.SANDBOX_URL,
    clientSecret: given.SANDBOX_CLIENT_SECRET,
    redirectOrigins: given.SANDBOX_REDIRECT_ORIGINS,
    accessTokenSeconds: given.SANDBOX_ACCESS_TOKEN_SECONDS,
    rotation: given.SANDBOX_ROTATION === 'on',
    stateFile: given.SANDBOX_STATE_FILE,
    logLevel: given.LOG_LEVEL,
  };
}
