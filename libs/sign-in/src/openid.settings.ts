import type { Secret } from '@lockkeeper/sealing';

/** How people sign in with the organisation's OpenID provider. */
export interface OpenIdSettings {
  /** OpenID Connect Discovery 1.0: its metadata is found under it. */
  issuer: string;
  clientId: string;
  /** None for a public client; PKCE is used either way. */
  clientSecret: Secret | null;
  /** What the button says. */
  name: string;
  /** Besides `openid`, so that the provider tells the claim with the roles. */
  scopes: readonly string[];
  /** The claim of the ID token that decides the role; text or a list. */
  roleClaim: string;
  /** Which of its values gives which role of this workspace; the first one that fits counts. */
  roles: readonly RoleRule[];
}

export interface RoleRule {
  value: string;
  role: string;
}

/** `lockkeeper-admins=admin,everybody=auditor`, or the first part that isn't of that form. */
export function readRoleRules(parts: readonly string[], known: readonly string[]): RoleRule[] | { wrong: string } {
  const rules = parts.map((part) => {
    const end = part.lastIndexOf('=');
    return { value: part.slice(0, Math.max(end, 0)), role: part.slice(end + 1) };
  });
  const wrong = rules.findIndex(({ value, role }) => value === '' || !known.includes(role));
  return wrong < 0 ? rules : { wrong: rules[wrong]!.role };
}

/** Null if the claims give no role. */
export function roleOf(claims: Readonly<Record<string, unknown>>, settings: OpenIdSettings): string | null {
  const told = claims[settings.roleClaim];
  const values = Array.isArray(told) ? told : [told];
  return settings.roles.find(({ value }) => values.includes(value))?.role ?? null;
}
