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
  /** With `rotate`: a spent refresh token may come once more as long as its successor wasn't used, for clients whose answer was lost. */
  oneRetry?: boolean;
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
  retried: boolean;
  /** What it was replaced by. */
  successor: RefreshToken | null;
}

interface Code {
  user: string;
  scope: string;
  redirectUri: string;
  challenge: string | null;
  used: boolean;
}

interface Device {
  userCode: string;
  scope: string;
  decision: { allow: string } | string;
}

/** A token answer's members, RFC names. */
export type TokenMembers = Record<string, unknown>;
export type GrantOutcome = { members: TokenMembers } | { error: string };

/** Codes, tokens and their families, as a provider keeps them. */
export class ProviderGrants {
  /** How often a spent refresh token came again. */
  reuses = 0;
  private readonly codes = new Map<string, Code>();
  private readonly devices = new Map<string, Device>();
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

  /** RFC 8628 section 3.2, its least interval a second, so that tests needn't wait. */
  issueDeviceCode(url: string, { scope = '' }: Record<string, string>): Record<string, unknown> {
    const [deviceCode, userCode] = [draw('device'), randomBytes(4).toString('hex').toUpperCase()];
    this.devices.set(deviceCode, { userCode, scope, decision: 'authorization_pending' });
    const verification_uri = `${url}/device-page`;
    return { device_code: deviceCode, user_code: userCode, verification_uri, expires_in: 600, interval: 1 };
  }

  /** What the user who typed the code decided. */
  decide(userCode: string, decision: { allow: string } | 'access_denied' | 'expired_token'): void {
    const found = [...this.devices.values()].find((device) => device.userCode === userCode);
    if (!found) throw new Error(`nobody was given the code ${userCode}`);
    found.decision = decision;
  }

  poll(parameters: Record<string, string>): GrantOutcome {
    const code = parameters['device_code'] ?? '';
    const device = this.devices.get(code);
    if (!device) return { error: 'invalid_grant' };
    if (typeof device.decision === 'string') return { error: device.decision };
    this.devices.delete(code);
    const family = { user: device.decision.allow, scope: device.scope, alive: true };
    return { members: { ...this.issueAccessToken(family), refresh_token: this.issueRefreshToken(family) } };
  }

  /** Without a user's code: the scope that was asked for, and no refresh token. */
  issue(user: string, parameters: Record<string, string>): GrantOutcome {
    const members = this.issueAccessToken({ user, scope: parameters['scope'] ?? '', alive: true });
    const exchanged = parameters['subject_token'] !== undefined;
    return { members: { ...members, ...(exchanged && { issued_token_type: ACCESS_TOKEN }) } };
  }

  refresh(parameters: Record<string, string>): GrantOutcome {
    const token = this.refreshTokens.get(parameters['refresh_token'] ?? '');
    if (!token?.family.alive) return { error: 'invalid_grant' };
    if (this.rules.refreshTokens === 'keep') return { members: this.issueAccessToken(token.family) };
    if (token.spent && !this.isGrantedRetry(token)) {
      this.reuses += 1;
      if (this.rules.reuseDetection) token.family.alive = false;
      return { error: 'invalid_grant' };
    }
    token.retried = token.spent;
    token.spent = true;
    const next = this.issueRefreshToken(token.family);
    token.successor = this.refreshTokens.get(next)!;
    return { members: { ...this.issueAccessToken(token.family), refresh_token: next } };
  }

  /** A refresh token of a new grant, as a consent would have given it. */
  newGrant(user: string): string {
    return this.issueRefreshToken({ user, scope: '', alive: true });
  }

  private isGrantedRetry({ retried, successor }: RefreshToken): boolean {
    return this.rules.oneRetry === true && !retried && successor?.spent === false;
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

  /** The one that was handed out last, spent or not. */
  latestRefreshToken(): string {
    const latest = [...this.refreshTokens.keys()].at(-1);
    if (latest === undefined) throw new Error('No refresh token was handed out yet.');
    return latest;
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
    this.refreshTokens.set(value, { family, spent: false, retried: false, successor: null });
    return value;
  }
}

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

/** The kind is readable, so that a leaked one is known at once for what it is. */
const draw = (kind: string): string => `${kind}-${randomBytes(24).toString('base64url')}`;

const s256 = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');
