import type { RateSettings, SessionSettings } from '@lockkeeper/access-control';
import { filePath, httpUrl, list, wholeNumber } from '@lockkeeper/configuration';
import { Secret } from '@lockkeeper/sealing';
import { z } from 'zod';
import type { BearerSettings } from './bearer.settings.js';
import { readBearerRules } from './bearer-rules.js';
import { type OpenIdSettings, type RoleRule, readRoleRules } from './openid.settings.js';

/** Who may come in, and how much they may ask for: the same in both workspaces, each under its own prefix. */
const SHAPE = {
  /** What one caller may ask for in a second, at each replica. */
  REQUESTS_PER_KEY: wholeNumber(5000, 1, 1_000_000),
  /** The same for an address, at doors that need no key. */
  REQUESTS_PER_ADDRESS: wholeNumber(300, 1, 1_000_000),
  /** So many wrong keys from one address in a minute cost nothing; then each makes it wait twice as long. */
  REFUSED_KEYS_PER_ADDRESS: wholeNumber(30, 1, 1_000_000),
  /** A browser's session ends when nobody used it for this long, */
  SESSION_IDLE_MINUTES: wholeNumber(30, 1, 1440),
  /** and after this long in any case. */
  SESSION_HOURS: wholeNumber(12, 1, 168),
  /** The organisation's OpenID provider, with which people sign in to the console; without it, by key. */
  SIGN_IN_ISSUER: httpUrl.optional(),
  SIGN_IN_CLIENT_ID: z.string().min(1).optional(),
  /** None for a public client. */
  SIGN_IN_CLIENT_SECRET_FILE: filePath.optional(),
  /** What the button says; the issuer's host if it isn't set. */
  SIGN_IN_NAME: z.string().min(1).max(60).optional(),
  /** Besides `openid`. */
  SIGN_IN_SCOPES: list,
  /** The claim of the ID token that decides the role, */
  SIGN_IN_ROLE_CLAIM: z.string().min(1).default('groups'),
  /** and which of its values gives which role: `lock-keepers=admin,everybody=auditor`. The first one that fits counts. */
  SIGN_IN_ROLES: list,
  /** The organisation's issuer of access tokens (JWTs), which open doors as keys do; without it, keys alone. */
  JWT_ISSUER: httpUrl.optional(),
  /** Such a token has to name one of these as its audience. */
  JWT_AUDIENCE: list,
  /** JSON: which claims give which role. */
  JWT_RULES_FILE: filePath.optional(),
};

type Shape = typeof SHAPE;
type Prefixed<P extends string, S> = { [K in keyof S as `${P}_${K & string}`]: S[K] };
type Access = z.infer<z.ZodObject<Shape>>;
export type AccessParsed<P extends string> = Prefixed<P, Access>;

/** The part of a workspace's settings that says who may come in. */
export const accessShape = <P extends string>(prefix: P): Prefixed<P, Shape> =>
  Object.fromEntries(Object.entries(SHAPE).map(([name, kind]) => [`${prefix}_${name}`, kind])) as Prefixed<P, Shape>;

/** The texts of the files that they name. */
export interface AccessFiles {
  signInClientSecret: string | null;
  jwtRules: string | null;
}

export const accessFiles = <P extends string>(prefix: P) =>
  ({
    signInClientSecret: `${prefix}_SIGN_IN_CLIENT_SECRET_FILE`,
    jwtRules: `${prefix}_JWT_RULES_FILE`,
  }) as const;

export interface AccessRoles {
  /** Of people: keys are made with them, and OpenID sign-in gives them. */
  staff: readonly string[];
  /** The role whose tokens stand for a consumer, in the workspace that has some. */
  consumer: string | null;
}

export interface AccessSettings {
  sessions: SessionSettings;
  rates: RateSettings;
  /** Null where people sign in by key only. */
  openid: OpenIdSettings | null;
  /** Null where keys alone open doors. */
  bearers: BearerSettings | null;
}

/** Once nothing is wrong with them. */
export function readAccess<P extends string>(
  settings: AccessParsed<P> & { files: AccessFiles },
  { prefix, publicUrl, roles }: { prefix: P; publicUrl: string; roles: AccessRoles },
): AccessSettings {
  const access = unprefixed(settings, prefix);
  return {
    sessions: {
      publicUrl,
      idleSeconds: access.SESSION_IDLE_MINUTES * 60,
      lifeSeconds: access.SESSION_HOURS * 3600,
    },
    rates: {
      requestsPerKey: access.REQUESTS_PER_KEY,
      requestsPerAddress: access.REQUESTS_PER_ADDRESS,
      refusedKeysPerAddress: access.REFUSED_KEYS_PER_ADDRESS,
    },
    openid: openIdSettings(access, settings.files.signInClientSecret, roles),
    bearers: bearerSettings(access, settings.files.jwtRules, roles),
  };
}

/** What must hold between them: a message for each thing that doesn't. */
export function accessFaults<P extends string>(settings: AccessParsed<P>, prefix: P, { staff }: AccessRoles): string[] {
  const access = unprefixed(settings, prefix);
  const named = (name: keyof Shape): string => `${prefix}_${name}`;
  const faults: string[] = [];
  if ((access.SIGN_IN_ISSUER === undefined) !== (access.SIGN_IN_CLIENT_ID === undefined))
    faults.push(`${named('SIGN_IN_ISSUER')} and ${named('SIGN_IN_CLIENT_ID')} belong together: give both, or neither`);
  const rules = readRoleRules(access.SIGN_IN_ROLES, staff);
  if (!Array.isArray(rules))
    faults.push(
      `${named('SIGN_IN_ROLES')} must be pairs such as lock-keepers=admin, with these roles: ${staff.join(', ')}`,
    );
  else if (access.SIGN_IN_ISSUER !== undefined && rules.length === 0)
    faults.push(`${named('SIGN_IN_ROLES')} must say who has which role, or nobody who signs in there may do anything`);
  const jwt = [access.JWT_ISSUER, access.JWT_AUDIENCE[0], access.JWT_RULES_FILE];
  if (jwt.some((given) => given === undefined) && jwt.some((given) => given !== undefined))
    faults.push(
      `${named('JWT_ISSUER')}, ${named('JWT_AUDIENCE')} and ${named('JWT_RULES_FILE')} belong together: give all of them, or none`,
    );
  return faults;
}

/** What is wrong in the files that they name. */
export function accessFileFaults(files: AccessFiles, prefix: string, roles: AccessRoles): string[] {
  if (files.jwtRules === null) return [];
  const read = readBearerRules(files.jwtRules, roles);
  return Array.isArray(read) ? [] : read.faults.map((fault) => `${prefix}_JWT_RULES_FILE: ${fault}`);
}

function unprefixed<P extends string>(settings: AccessParsed<P>, prefix: P): Access {
  const all = settings as Record<string, unknown>;
  return Object.fromEntries(Object.keys(SHAPE).map((name) => [name, all[`${prefix}_${name}`]])) as unknown as Access;
}

function openIdSettings(access: Access, clientSecret: string | null, { staff }: AccessRoles): OpenIdSettings | null {
  const { SIGN_IN_ISSUER: issuer, SIGN_IN_CLIENT_ID: clientId } = access;
  if (issuer === undefined || clientId === undefined) return null;
  return {
    issuer,
    clientId,
    clientSecret: Secret.from(clientSecret?.trim() ?? null),
    name: access.SIGN_IN_NAME ?? new URL(issuer).host,
    scopes: access.SIGN_IN_SCOPES,
    roleClaim: access.SIGN_IN_ROLE_CLAIM,
    roles: readRoleRules(access.SIGN_IN_ROLES, staff) as RoleRule[],
  };
}

function bearerSettings(access: Access, text: string | null, roles: AccessRoles): BearerSettings | null {
  const { JWT_ISSUER: issuer, JWT_AUDIENCE: audiences, JWT_RULES_FILE: path } = access;
  if (issuer === undefined || path === undefined || text === null) return null;
  const rules = { path, text, read: (json: string) => readBearerRules(json, roles) };
  return { issuer, audiences, rules, consumerRole: roles.consumer };
}
