import type { Adapter, AdapterPayload } from 'oidc-provider';
import { errors } from 'oidc-provider';
import type { SandboxState } from './state.js';

/** What hangs on a grant and dies with it. */
const MODELS_OF_A_GRANT = ['AccessToken', 'AuthorizationCode', 'DeviceCode', 'RefreshToken'];

/**
 * How long a spent refresh token is remembered. Shorter than the token would have lived: with one-minute access tokens every
 * connection spends more than a thousand of them a day. A replay after that is still refused, but no longer ends the grant.
 */
const SPENT_TOKEN_SECONDS = 3600;

/** oidc-provider's storage contract on the sandbox's state. */
export class StateAdapter implements Adapter {
  constructor(
    private readonly model: string,
    private readonly state: SandboxState,
  ) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    if (this.wasOrphanedOnTheWay(payload)) return;
    this.state.set(this.key(id), payload, expiresIn);
    if (payload.uid && this.model === 'Session') this.state.set(sessionKey(payload.uid), id, expiresIn);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.state.get<AdapterPayload>(this.key(id));
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const id = this.state.get<string>(sessionKey(uid));
    return id === undefined ? undefined : this.find(id);
  }

  /** Of the few device codes that live at once, the one that the user typed. */
  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    const codes = this.state.startingWith<AdapterPayload>(`${this.model}:`);
    return [...codes].find(([, payload]) => payload.userCode === userCode)?.[1];
  }

  /**
   * Compare and set. oidc-provider looks at `consumed` first and sets it later, so of two requests that overlap both would pass:
   * here the second one meets reuse detection as if it had come after the first (RFC 9700 section 4.14.2).
   */
  async consume(id: string): Promise<void> {
    const payload = this.state.get<AdapterPayload>(this.key(id));
    if (!payload || payload.consumed) {
      if (payload?.grantId) endGrant(this.state, payload.grantId);
      throw new errors.InvalidGrant('already used');
    }
    this.state.set(this.key(id), { ...payload, consumed: Math.floor(Date.now() / 1000) }, SPENT_TOKEN_SECONDS);
  }

  async destroy(id: string): Promise<void> {
    const payload = this.state.get<AdapterPayload>(this.key(id));
    if (payload?.uid && this.model === 'Session') this.state.delete(sessionKey(payload.uid));
    this.state.delete(this.key(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, payload] of this.state.startingWith<AdapterPayload>(`${this.model}:`)) {
      if (payload.grantId === grantId) this.state.delete(key);
    }
  }

  private key(id: string): string {
    return `${this.model}:${id}`;
  }

  /** The grant ended while a request was making this token for it: the token must not outlive it. */
  private wasOrphanedOnTheWay({ grantId }: AdapterPayload): boolean {
    if (!grantId || !MODELS_OF_A_GRANT.includes(this.model)) return false;
    return this.state.get(`Grant:${grantId}`) === undefined;
  }
}

/** Takes a consent back: the grant and every code and token that came from it. */
export function endGrant(state: SandboxState, grantId: string): void {
  state.delete(`Grant:${grantId}`);
  for (const model of MODELS_OF_A_GRANT) {
    for (const [key, payload] of state.startingWith<AdapterPayload>(`${model}:`)) {
      if (payload.grantId === grantId) state.delete(key);
    }
  }
}

const sessionKey = (uid: string): string => `SessionUid:${uid}`;
