import { createHash, randomBytes } from 'node:crypto';

export interface ProviderClient {
  id: string;
  secret: string;
}

/** How this provider hands out and takes back tokens. */
export interface GrantRules {
  accessTokenSeconds: number;
  /** `rotate`: each refresh answers with a new refresh token and spends the old; `keep`: it answers with none and the old stays. */
  refreshTokens: 'rotate' | 'keep';
  /** With `rotate`: whether a spent refresh token that comes again ends the whole family. */
  reuseDetection: boolean;
  /** What revoking an access token takes along. */
  revocationTakes: 'token' | 'family';
}

interface Family {
  user: string;
  scope: string;
  alive: boolean;
}

interface AccessToken {
  family: Family;
  expiresAt: number;
}

interface RefreshToken {
  family: Family;
  spent: boolean;
}

interface Code {
  user: string;
  scope: string;
  redirectUri: string;
  challenge: string | null;
  used: boolean;
}

/** A token answer's members, RFC names. */
export type TokenMembers = Record<string, unknown>;
export type GrantOutcome = { members: TokenMembers } | { error: string };

/** Codes, tokens and their families, as a provider keeps them. */
export class ProviderGrants {
  private readonly codes = new Map<string, Code>();
  private readonly accessTokens = new Map<string, AccessToken>();
  private readonly refreshTokens = new Map<string, RefreshToken>();

  constructor(readonly rules: GrantRules) {}

  issueCode(code: Omit<Code, 'used'>): string {
    const value = draw('code');
    this.codes.set(value, { ...code, used: false });
    return value;
  }

  exchange(parameters: Record<string, string>): GrantOutcome {
    const code = this.codes.get(parameters['code'] ?? '');
    if (!code || code.used || code.redirectUri !== parameters['redirect_uri']) return { error: 'invalid_grant' };
    if (code.challenge !== null && s256(parameters['code_verifier'] ?? '') !== code.challenge) {
      return { error: 'invalid_grant' };
    }
    code.used = true;
    const family = { user: code.user, scope: code.scope, alive: true };
    return { members: { ...this.issueAccessToken(family), refresh_token: this.issueRefreshToken(family) } };
  }

  refresh(parameters: Record<string, string>): GrantOutcome {
    const token = this.refreshTokens.get(parameters['refresh_token'] ?? '');
    if (!token?.family.alive) return { error: 'invalid_grant' };
    if (this.rules.refreshTokens === 'keep') return { members: this.issueAccessToken(token.family) };
    if (token.spent) {
      if (this.rules.reuseDetection) token.family.alive = false;
      return { error: 'invalid_grant' };
    }
    token.spent = true;
    return { members: { ...this.issueAccessToken(token.family), refresh_token: this.issueRefreshToken(token.family) } };
  }

  /** Unknown tokens are nobody's fault: RFC 7009 section 2.2. */
  revoke(value: string): void {
    const [access, refresh] = [this.accessTokens.get(value), this.refreshTokens.get(value)];
    if (access && this.rules.revocationTakes === 'family') access.family.alive = false;
    if (access) this.accessTokens.delete(value);
    if (refresh) refresh.family.alive = false;
  }

  /** Whose token it is, if the API would still take it. */
  userOf(accessToken: string): string | null {
    const token = this.accessTokens.get(accessToken);
    return token && token.family.alive && token.expiresAt > Date.now() ? token.family.user : null;
  }

  /** What happens when the user takes every consent back at the provider. */
  withdraw(user: string): void {
    for (const { family } of this.refreshTokens.values()) if (family.user === user) family.alive = false;
  }

  private issueAccessToken(family: Family): TokenMembers {
    const value = draw('access');
    this.accessTokens.set(value, { family, expiresAt: Date.now() + this.rules.accessTokenSeconds * 1000 });
    return {
      access_token: value,
      token_type: 'Bearer',
      expires_in: this.rules.accessTokenSeconds,
      ...(family.scope && { scope: family.scope }),
    };
  }

  private issueRefreshToken(family: Family): string {
    const value = draw('refresh');
    this.refreshTokens.set(value, { family, spent: false });
    return value;
  }
}

/** The kind is readable, so that a leaked one is known at once for what it is. */
const draw = (kind: string): string => `${kind}-${randomBytes(24).toString('base64url')}`;

const s256 = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');
