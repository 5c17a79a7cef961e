import { z } from 'zod';

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower case letters, digits and dashes');
const values = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

const GrantSchema = z
  .strictObject({
    apiService: z.union([z.literal('*'), slug]),
    user: z.string().min(1).max(512).optional(),
    userClaim: z.string().min(1).optional(),
  })
  .refine(({ user, userClaim }) => user === undefined || userClaim === undefined, 'names a user in two ways');

const RuleSchema = z.strictObject({
  name: slug,
  when: z.record(z.string().min(1), values),
  role: z.string().nullable(),
  consumer: z.uuid().optional(),
  entitlements: z.array(GrantSchema).optional(),
});

/** What the tokens that a rule fits may do. */
export interface BearerRule {
  /** Recorded with whom it lets in. */
  name: string;
  /** Every claim that is named has to have one of these values; none is named: it fits every token. */
  when: Readonly<Record<string, string | string[]>>;
  /** Null: nothing at all. */
  role: string | null;
  /** The consumer, made by hand, that such a token stands for; */
  consumer?: string | undefined;
  /** or what its subject may use, as a consumer of its own. */
  entitlements?: readonly BearerGrant[] | undefined;
}

export interface BearerGrant {
  apiService: string;
  user?: string | undefined;
  /** The claim that names the only user whose connections it is. */
  userClaim?: string | undefined;
}

export type Claims = Readonly<Record<string, unknown>>;

/** The rules that the JSON holds, or everything that is wrong with it. */
export function readBearerRules(
  json: string,
  roles: { staff: readonly string[]; consumer: string | null },
): BearerRule[] | { faults: string[] } {
  const parsed = z.array(RuleSchema).min(1).safeParse(jsonFrom(json));
  if (!parsed.success) {
    return { faults: parsed.error.issues.map(({ path, message }) => `${placeOf(path)} ${message}`) };
  }
  const names = parsed.data.map(({ name }) => name);
  const faults = parsed.data.flatMap((rule, index) => {
    const wrong = ruleFault(rule, roles) ?? (names.indexOf(rule.name) < index ? 'has the name of another one' : null);
    return wrong === null ? [] : [`rule ${rule.name} ${wrong}`];
  });
  return faults.length > 0 ? { faults } : parsed.data;
}

/** The first rule that fits; undefined if none does. */
export const ruleFor = (claims: Claims, rules: readonly BearerRule[]): BearerRule | undefined =>
  rules.find(({ when }) =>
    Object.entries(when).every(([name, wanted]) => {
      const had = valuesOf(name, claims);
      return [wanted].flat().some((value) => had.includes(value));
    }),
  );

/** What a rule's entitlements come to for these claims: one whose user the token doesn't name is none. */
export function grantedBy(
  { entitlements = [] }: BearerRule,
  claims: Claims,
): { apiService: string; user: string | null }[] {
  return entitlements.flatMap(({ apiService, user = null, userClaim }) => {
    if (userClaim === undefined) return [{ apiService, user }];
    const named = claimOf(userClaim, claims);
    // OpenID Connect Core 1.0 section 5.1: an address that the issuer did not verify may be anybody's.
    const unverified = userClaim === 'email' && 'email_verified' in claims && claims['email_verified'] !== true;
    return typeof named === 'string' && isUser(named) && !unverified ? [{ apiService, user: named }] : [];
  });
}

const isUser = (text: string): boolean => text.length > 0 && text.length <= 512 && !text.includes('\0');

function ruleFault(
  { role, consumer, entitlements }: BearerRule,
  roles: { staff: readonly string[]; consumer: string | null },
): string | null {
  const known = roles.consumer === null ? roles.staff : [...roles.staff, roles.consumer];
  if (role !== null && !known.includes(role)) return `has a role that is none of: ${known.join(', ')}, null`;
  const ways = [consumer, entitlements].filter((way) => way !== undefined).length;
  if (role !== null && role === roles.consumer)
    return ways === 1 ? null : 'must have either `consumer` or `entitlements`';
  return ways === 0 ? null : `must not have \`consumer\` or \`entitlements\` with the role ${role}`;
}

/** RFC 8693 section 4.2: `scope` is one text with spaces; some issuers call it `scp`. */
function valuesOf(name: string, claims: Claims): string[] {
  const claim = claimOf(name, claims);
  if (typeof claim === 'string' && ['scope', 'scp'].includes(name)) return claim.split(' ');
  return [claim]
    .flat()
    .filter((value): value is string | number | boolean => isPlain(value))
    .map(String);
}

const isPlain = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);

/** By its whole name, or by a path of members (`realm_access.roles`). */
function claimOf(name: string, claims: Claims): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name
    .split('.')
    .reduce<unknown>(
      (within, part) =>
        typeof within === 'object' && within !== null && Object.hasOwn(within, part)
          ? (within as Claims)[part]
          : undefined,
      claims,
    );
}

function jsonFrom(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // told as what it is not: a list of rules
  }
}

const placeOf = (path: readonly PropertyKey[]): string => (path.length === 0 ? 'it' : path.join('.'));
